import type { QuirkName } from '@keyrace/contracts'
import type { ControllerDeps } from '@keyrace/controller'
import type { Answer, Call, Clock } from '@keyrace/environment'
import type { createPushService } from '@keyrace/push'
import type { SimulatedBuilderDeps } from './builder.ts'
import type { SimulatedChannel } from './channel.ts'
import type { SimulatedReaperDeps } from './reaper.ts'

/**
 * What a planted bug changes of what is wired, each time that a process is started. The code itself is that of
 * production: a bug is put between its parts, or in the place of one of them.
 */
export interface Sabotage extends Partial<Seams> {
  /** Behaviours of the original that are switched on. */
  readonly quirks?: readonly QuirkName[]
}

export interface Seams {
  /** Strategy, ports and options of a builder. */
  builder(deps: SimulatedBuilderDeps): SimulatedBuilderDeps
  /** What its pushes go through: lookup, locks, repositories. */
  pushes(deps: PushDeps): PushDeps
  /** The end of an exec request that speaks to the client. */
  channel(channel: SimulatedChannel): SimulatedChannel
  controller(deps: ControllerDeps): ControllerDeps
  /** What the controller answers everybody. */
  answers(answer: AnswerCall, clock: Clock): AnswerCall
  reaper(deps: SimulatedReaperDeps): SimulatedReaperDeps
}

export type { ControllerDeps }
export type AnswerCall = (call: Call) => Promise<Answer>
export type PushDeps = Parameters<typeof createPushService<SimulatedChannel>>[0]

/** All seams: where there is no bug everything goes through as it is. */
export function seamsOf(sabotage: Sabotage = {}): Seams {
  return {
    builder: same,
    pushes: same,
    channel: same,
    controller: same,
    answers: same,
    reaper: same,
    ...sabotage,
  }
}

function same<T>(part: T): T {
  return part
}
