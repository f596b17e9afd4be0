import { judge } from '@keyrace/checker'
import type { ArmResult, HistoryEvent, Sample } from '@keyrace/contracts'
import { settledUsage } from '../recording/settled-usage.ts'
import type { Context, RaceCounts } from '../scenario.ts'
import type { LatencyResult } from '../timing/latency-phase.ts'
import { timedArms } from '../timing/timed.ts'
import { removalBoundMs } from './removal-bound.ts'
import { tally } from './tally.ts'

export interface Judged {
  readonly result: ArmResult
  readonly isControl: boolean
  /** Acknowledged pushes of which nobody can say whether they were kept. */
  readonly unread: number
}

/** Has the history judged, and adds up what each arm did. */
export async function judgeArms(
  context: Context,
  told: {
    readonly history: readonly HistoryEvent[]
    readonly samples: readonly Sample[]
    readonly races: RaceCounts
    readonly latency: LatencyResult
  },
): Promise<Judged[]> {
  const { plan, world, recorder } = context
  const { history, samples, races, latency } = told
  const pushes = recorder.pushes()
  // What the control did is judged as well: it must be as right as its twin.
  const arms = timedArms(world)
  const judgements = judge({
    events: history,
    arms: arms.map((arm) => ({
      ...arm,
      vacuous: !arm.isControl && (races.held[arm.name] ?? 0) < races.planned,
    })),
    commitCheck: plan.commitCheck,
    require: plan.require,
    removalBoundMs: removalBoundMs(plan),
    sentBytes: new Map(pushes.map(({ op, attempt }) => [op, attempt.sentBytes])),
  })
  return await Promise.all(
    arms.map(async (arm, index) => {
      const judgement = judgements[index]
      if (judgement === undefined) throw new Error(`nobody judged ${arm.name}`)
      const result = tally({
        arm,
        plan,
        pushes: pushes.filter((push) => push.arm === arm.name),
        samples: samples.filter((sample) => sample.arm === arm.name),
        races: arm.isControl ? { ...races, planned: 0 } : races,
        latency,
        usage: await settledUsage(context, arm),
        correctness: judgement.correctness,
      })
      return { result, isControl: arm.isControl, unread: judgement.unread }
    }),
  )
}
