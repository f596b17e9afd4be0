import { distribution } from '@keyrace/statistics'
import type { PushRecord } from './recording/push-record.ts'
import type { Context } from './scenario.ts'

/** Tells of each arm how its pushes have ended so far, and how long a timed one took. */
export function tellArms({ world, recorder, progress }: Context): void {
  const byArm = Map.groupBy(recorder.pushes(), ({ arm }) => arm)
  for (const { name: arm } of world.arms) {
    const pushes = byArm.get(arm) ?? []
    const ended = (outcome: string) =>
      pushes.filter(({ attempt }) => attempt.outcome === outcome).length
    const [accepted, denied] = [ended('ok'), ended('denied')]
    const other = pushes.length - accepted - denied
    const { p50: p50Ms } = distribution(pushes.filter(isTimed).map(responseMs))
    progress({ kind: 'arm', arm, accepted, denied, other, p50Ms })
  }
}

function isTimed({ phase, block, attempt }: PushRecord): boolean {
  return phase === 'latency' && block !== 0 && attempt.outcome === 'ok'
}

function responseMs({ intendedAt, attempt }: PushRecord): number {
  return attempt.stamps.doneAt - intendedAt
}
