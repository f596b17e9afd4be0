import { pushAfresh, pushOn } from '../pushing/push.ts'
import type { PushRecord } from '../recording/push-record.ts'
import type { Context } from '../scenario.ts'
import type { Lane } from './lanes.ts'
import type { RaceStory } from './race-story.ts'

/** A lane in one race: what was pushed on it, and beside it on connections of their own. */
export interface Runner extends Lane {
  readonly pushes: Promise<PushRecord>[]
  running: number
}

export function runnerOn(lane: Lane): Runner {
  return { ...lane, pushes: [], running: 0 }
}

export interface Start {
  readonly phase: 'warm' | 'race'
  readonly fresh?: boolean
  /** Told when the exec request is on its way. */
  readonly begun?: () => void
}

export function launch(
  context: Context,
  { app, key, id }: Pick<RaceStory, 'app' | 'key' | 'id'>,
  runner: Runner,
  { phase, fresh = false, begun }: Start,
): Promise<PushRecord> {
  runner.running++
  const order = {
    ...runner,
    app,
    key,
    phase,
    block: null,
    serviceTimeMs: null,
    nonce: `${id}/${runner.name}/${runner.pushes.length + 1}`,
    intendedAt: context.world.clock.now(),
  }
  const pushed = fresh
    ? pushAfresh(order, context)
    : pushOn(runner.connection, order, context, begun)
  const push = pushed.finally(() => runner.running--)
  runner.pushes.push(push)
  return push
}
