import type { EventType, HistoryEvent } from '@keyrace/contracts'

type Outcome = Exclude<EventType, 'invoke'>

/** From invoke to completion, in milliseconds of the observer's clock; both ends belong to it. */
export interface Interval {
  readonly inv: number
  readonly cmp: number
}

/** An invoke joined with its completion. `cmp` is infinite where the outcome is not known (`info`). */
export interface Operation extends Omit<HistoryEvent, 'idx' | 't' | 'type'>, Interval {
  readonly type: Outcome
  /** When somebody last wrote of it, be it that they did not know how it ended. */
  readonly lastRowAt: number
  /** `idx` of its rows. */
  readonly events: readonly number[]
}

/** A push, with what is known of its two moments of decision. */
export interface Attempt {
  readonly push: Operation
  readonly admission: Operation | undefined
  readonly commit: Operation | undefined
}

/** One look at one repository; no tips where it held no ref. `inv` is the earliest it can have looked. */
export interface Read extends Interval {
  readonly arm: string | null
  readonly replica: string | null
  readonly op: string
  readonly app: string | null
  readonly generation: number | null
  /** ref → sha */
  readonly tips: ReadonlyMap<string, string>
  readonly events: readonly number[]
}

/** A repository that was there at a moment: an observer found it, or somebody began to remove it. */
export interface Sighting {
  readonly arm: string | null
  readonly replica: string | null
  readonly op: string
  readonly app: string | null
  readonly generation: number | null
  readonly at: number
  readonly events: readonly number[]
}

export interface History {
  readonly mutations: readonly Operation[]
  readonly attempts: readonly Attempt[]
  readonly reads: readonly Read[]
  /** Of repositories, by a reaper or a builder. */
  readonly removals: readonly Operation[]
  readonly sightings: readonly Sighting[]
}

/** Joins rows into operations. An operation without a completion is one of unknown outcome. */
export function readHistory(events: readonly HistoryEvent[]): History {
  const byKind = Map.groupBy(events, kindOf)
  const attempts = attemptsOf(operationsOf(byKind.get('push') ?? []))
  const removals = operationsOf(byKind.get('removal') ?? [])
  return {
    mutations: operationsOf(byKind.get('mutation') ?? []),
    attempts: [...attempts.values()],
    reads: readsOf(byKind.get('read') ?? [], attempts),
    removals,
    sightings: [...removals.map(sightingOf), ...(byKind.get('find') ?? []).flatMap(found)],
  }
}

type Kind = 'push' | 'read' | 'find' | 'removal' | 'mutation' | 'fault'

function kindOf({ f }: HistoryEvent): Kind {
  switch (f) {
    case 'push':
    case 'admission':
    case 'commit':
      return 'push'
    case 'readRefs':
      return 'read'
    case 'findRepository':
      return 'find'
    case 'reap':
      return 'removal'
    case 'fault':
      return 'fault'
    default:
      return 'mutation'
  }
}

function operationsOf(rows: readonly HistoryEvent[]): Operation[] {
  const byOperation = Map.groupBy(rows, ({ f, op }) => `${f} ${op}`)
  return [...byOperation.values()].map(join)
}

function join(rows: readonly HistoryEvent[]): Operation {
  const [invoke, ...invokedAgain] = rows.filter(({ type }) => type === 'invoke')
  const [completion, ...completedAgain] = rows.filter(isCompletion)
  if (invoke === undefined) throw malformed(rows, 'completes what was never invoked')
  if (invokedAgain.length + completedAgain.length > 0) throw malformed(rows, 'happens twice')

  const end = completion ?? ({ type: 'info', t: Number.POSITIVE_INFINITY } as const)
  if (end.t < invoke.t) throw malformed(rows, 'ends too early')
  const { idx, t, ...facts } = { ...invoke, ...knownOf(completion) }
  return {
    ...facts,
    type: end.type,
    inv: invoke.t,
    cmp: end.type === 'info' ? Number.POSITIVE_INFINITY : end.t,
    lastRowAt: (completion ?? invoke).t,
    events: rows.map((row) => row.idx),
  }
}

function isCompletion(row: HistoryEvent): row is HistoryEvent & { readonly type: Outcome } {
  return row.type !== 'invoke'
}

/** A completion says what it learned, and leaves null what the invoke had already said. */
function knownOf(row: HistoryEvent | undefined): Partial<HistoryEvent> {
  return Object.fromEntries(Object.entries(row ?? {}).filter(([, value]) => value !== null))
}

function malformed([first]: readonly HistoryEvent[], what: string): Error {
  return new Error(`the history is malformed: ${first?.f} ${first?.op} (row ${first?.idx}) ${what}`)
}

function attemptsOf(operations: readonly Operation[]): Map<string, Attempt> {
  const attempts = new Map<string, Attempt>()
  for (const push of operations) {
    if (push.f === 'push') attempts.set(push.op, { push, admission: undefined, commit: undefined })
  }
  for (const part of operations) {
    const attempt = attempts.get(part.op)
    if (attempt === undefined) throw new Error(`the history has no push for ${part.f} ${part.op}`)
    if (part.f !== 'push') attempts.set(part.op, { ...attempt, [part.f]: part })
  }
  return attempts
}

/** What a push was shown is recorded as a read of its own, under the push's op and this. */
const advertised = '/advertised'

function readsOf(
  rows: readonly HistoryEvent[],
  attempts: ReadonlyMap<string, Attempt>,
): readonly Read[] {
  const byRead = Map.groupBy(rows, ({ op }) => op)
  return [...byRead.values()].flatMap((group) => {
    const seen = group.filter(({ type }) => type === 'ok')
    const [first] = seen
    if (first === undefined) return []
    const { arm, replica, op, app, generation } = first
    const times = group.map(({ t }) => t)
    const push = op.endsWith(advertised) && attempts.get(op.slice(0, -advertised.length))?.push
    return {
      arm,
      replica,
      op,
      app,
      generation,
      inv: push ? push.inv : Math.min(...times),
      cmp: Math.max(...times),
      tips: new Map(seen.flatMap((row) => (row.ref && row.new ? [[row.ref, row.new]] : []))),
      events: seen.map(({ idx }) => idx),
    }
  })
}

function sightingOf({ arm, replica, op, app, generation, inv, events }: Operation): Sighting {
  return { arm, replica, op, app, generation, at: inv, events }
}

/** A look that found nothing has a row without an app. */
function found({ arm, replica, op, app, generation, t, idx }: HistoryEvent): readonly Sighting[] {
  return app === null ? [] : [{ arm, replica, op, app, generation, at: t, events: [idx] }]
}
