import { isTimed } from '@keyrace/contracts'
import { distribution } from '@keyrace/statistics'
import type { PushRecord } from './recording/push-record.ts'
import type { Context } from './scenario.ts'

/** Tells of each arm how its pushes have ended so far, and how long one took at the last service time. */
export function tellArms({ world, recorder, progress }: Context): void {
  const byArm = Map.groupBy(recorder.pushes(), ({ arm }) => arm)
  for (const { name: arm } of world.arms) {
    const pushes = byArm.get(arm) ?? []
    const ended = (outcome: string) =>
      pushes.filter(({ attempt }) => attempt.outcome === outcome).length
    const [accepted, denied] = [ended('ok'), ended('denied')]
    const other = pushes.length - accepted - denied
    const timed = pushes.filter(wasTimed)
    const isOfNow = isTimedLike(timed.at(-1))
    const { p50: p50Ms } = distribution(timed.filter(isOfNow).map(responseMs))
    progress({ kind: 'arm', arm, accepted, denied, other, p50Ms })
  }
}

function wasTimed({ attempt: { outcome }, ...push }: PushRecord): boolean {
  return isTimed({ ...push, outcome })
}

function isTimedLike(last: PushRecord | undefined): (push: PushRecord) => boolean {
  return ({ serviceTimeMs }) => serviceTimeMs === last?.serviceTimeMs
}

function responseMs({ intendedAt, attempt }: PushRecord): number {
  return attempt.stamps.doneAt - intendedAt
}
