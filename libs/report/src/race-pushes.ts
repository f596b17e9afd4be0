import type { HistoryEvent } from '@keyrace/contracts'
import type { RunRecord } from './record.ts'

/**
 * - `accepted`: it began before the mutation was acknowledged
 * - `stale`: it was accepted, but began after that
 * - `denied`: it was not let in
 * - `turned back`: it was let in, and rejected at the commit
 */
export const fates = ['accepted', 'stale', 'denied', 'turned back'] as const
export type Fate = (typeof fates)[number]

export interface RacePush {
  readonly arm: string
  readonly replica: string
  /** From the acknowledgement of the mutation that ended the right to it; negative is before. */
  readonly offsetMs: number
  readonly fate: Fate
}

/** What began longer than this before an acknowledgement had no part in the race. */
const earliestMs = -1_000

/** The decided pushes of all races, recounted from the history. */
export function racePushes({
  history,
  samples,
}: Pick<RunRecord, 'history' | 'samples'>): RacePush[] {
  const others = new Set(samples.filter(({ phase }) => phase !== 'race').map(({ op }) => op))
  const ends = Map.groupBy(history.filter(isEndOfRight), subjectOf)
  const operations = Map.groupBy(history.filter(isOfPush), ({ op }) => op)
  return [...operations.values()].flatMap((rows) => {
    const begun = rows.find(({ f, type }) => f === 'push' && type === 'invoke')
    const ended = rows.find(({ f, type }) => f === 'push' && type !== 'invoke')
    if (begun === undefined || ended === undefined || others.has(begun.op)) return []
    const { arm, replica } = begun
    const end = endOfRightTo({ ...begun, generation: ended.generation }, ends)
    if (end === undefined || arm === null || replica === null) return []
    const offsetMs = begun.t - end.t
    const fate = fateOf(rows, ended, offsetMs)
    return fate === undefined || offsetMs < earliestMs ? [] : [{ arm, replica, offsetMs, fate }]
  })
}

const endings = new Set(['deleteApp', 'transferApp', 'removeKey', 'revokeGrant'])

function isEndOfRight({ f, type }: HistoryEvent): boolean {
  return endings.has(f) && type === 'ok'
}

function isOfPush({ f }: HistoryEvent): boolean {
  return f === 'push' || f === 'admission'
}

/** What a mutation is about: an app, a key, or a user's permission on an app. */
function subjectOf({ f, app, user, key }: HistoryEvent): string {
  if (f === 'removeKey') return `key ${key}`
  return f === 'revokeGrant' ? `grant ${user} ${app}` : `app ${app}`
}

/** The one closest in time, where a push has seen several. */
function endOfRightTo(
  { app, user, key, generation, t }: HistoryEvent,
  ends: ReadonlyMap<string, readonly HistoryEvent[]>,
): HistoryEvent | undefined {
  const subjects = [`app ${app}`, `key ${key}`, `grant ${user} ${app}`]
  return subjects
    .flatMap((subject) => ends.get(subject) ?? [])
    .filter((end) => [end.generation, null].includes(generation) || end.generation === null)
    .reduce<HistoryEvent | undefined>(
      (best, end) =>
        best === undefined || Math.abs(end.t - t) < Math.abs(best.t - t) ? end : best,
      undefined,
    )
}

/** Undefined where nobody decided: what failed or is not known says nothing about a right. */
function fateOf(
  rows: readonly HistoryEvent[],
  ended: HistoryEvent,
  offsetMs: number,
): Fate | undefined {
  if (ended.type === 'ok') return offsetMs > 0 ? 'stale' : 'accepted'
  if (ended.type !== 'denied') return undefined
  const wasLetIn = rows.some(({ f, type }) => f === 'admission' && type === 'ok')
  return wasLetIn ? 'turned back' : 'denied'
}
