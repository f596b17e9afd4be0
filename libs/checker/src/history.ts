import type { EventType, HistoryEvent } from '@keyrace/contracts'
import { pusherOf, repositoryOf } from './names.ts'

type Outcome = Exclude<EventType, 'invoke'>

/** From invoke to completion, in milliseconds of the observer's clock; both ends belong to it. */
export interface Interval {
  readonly inv: number
  readonly cmp: number
}

/** An invoke joined with its completion. `cmp` is infinite where the outcome is not known (`info`). */
export interface Operation extends Omit<HistoryEvent, 'idx' | 't' | 'type'>, Interval {
  readonly type: Outcome
  /** Names to look it up by: see names.ts. */
  readonly repository: string
  readonly pusher: string
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
  readonly repository: string
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
  readonly repository: string
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
  readonly faults: readonly Operation[]
}

/** Joins rows into operations. An operation without a completion is one of unknown outcome. */
export function readHistory(events: readonly HistoryEvent[]): History {
  const byKind = Map.groupBy(events, kindOf)
  const of = (kind: Kind) => operationsOf(byKind.get(kind) ?? [])
  const attempts = attemptsOf(of('push'), of('admission'), of('commit'))
  const removals = of('reap')
  return {
    mutations: of('mutation'),
    attempts: [...attempts.values()],
    reads: readsOf(byKind.get('readRefs') ?? [], attempts),
    removals,
    sightings: [
      ...removals.map(sightingOf),
      ...(byKind.get('findRepository') ?? []).flatMap(found),
    ],
    faults: of('fault'),
  }
}

/** Operations that change no right; all others are mutations. */
type Other = 'push' | 'admission' | 'commit' | 'readRefs' | 'findRepository' | 'reap' | 'fault'
type Kind = Other | 'mutation'

function kindOf({ f }: HistoryEvent): Kind {
  switch (f) {
    case 'push':
    case 'admission':
    case 'commit':
    case 'readRefs':
    case 'findRepository':
    case 'reap':
    case 'fault':
      return f
    default:
      return 'mutation'
  }
}

function operationsOf(rows: readonly HistoryEvent[]): Operation[] {
  return [...Map.groupBy(rows, ({ op }) => op).values()].map(join)
}

/** A completion says what it learned, and leaves null what the invoke had already said. */
function join(rows: readonly HistoryEvent[]): Operation {
  const [invoke, end] = rows
  if (invoke?.type !== 'invoke') throw malformed(rows, 'completes what was never invoked')
  if (rows.length > 2 || end?.type === 'invoke') throw malformed(rows, 'happens twice')
  const last = end ?? invoke
  if (last.t < invoke.t) throw malformed(rows, 'ends too early')

  const type = end?.type ?? 'info'
  const app = last.app ?? invoke.app
  const generation = last.generation ?? invoke.generation
  const user = last.user ?? invoke.user
  const key = last.key ?? invoke.key
  // Each member by its name: there are many operations, and to spread two rows costs more than all the rest.
  return {
    f: invoke.f,
    op: invoke.op,
    type,
    inv: invoke.t,
    cmp: type === 'info' ? Number.POSITIVE_INFINITY : last.t,
    lastRowAt: last.t,
    proc: last.proc,
    arm: last.arm ?? invoke.arm,
    replica: last.replica ?? invoke.replica,
    app,
    generation,
    user,
    key,
    repository: repositoryOf(app, generation),
    pusher: pusherOf(user, key),
    ref: last.ref ?? invoke.ref,
    old: last.old ?? invoke.old,
    new: last.new ?? invoke.new,
    revision: last.revision ?? invoke.revision,
    authRevision: last.authRevision ?? invoke.authRevision,
    source: last.source ?? invoke.source,
    copyAgeMs: last.copyAgeMs ?? invoke.copyAgeMs,
    reason: last.reason ?? invoke.reason,
    events: last === invoke ? [invoke.idx] : [invoke.idx, last.idx],
  }
}

function malformed([first]: readonly HistoryEvent[], what: string): Error {
  return new Error(`the history is malformed: ${first?.f} ${first?.op} (row ${first?.idx}) ${what}`)
}

function attemptsOf(
  pushes: readonly Operation[],
  admissions: readonly Operation[],
  commits: readonly Operation[],
): Map<string, Attempt> {
  const partOf = (parts: readonly Operation[]) => new Map(parts.map((part) => [part.op, part]))
  const [admissionOf, commitOf] = [partOf(admissions), partOf(commits)]
  const attempts = new Map<string, Attempt>()
  for (const push of pushes) {
    const { op } = push
    attempts.set(op, { push, admission: admissionOf.get(op), commit: commitOf.get(op) })
  }
  for (const { f, op } of [...admissions, ...commits]) {
    if (!attempts.has(op)) throw new Error(`the history has no push for ${f} ${op}`)
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
    const push = op.endsWith(advertised) && attempts.get(op.slice(0, -advertised.length))?.push
    return {
      arm,
      replica,
      op,
      app,
      generation,
      repository: repositoryOf(app, generation),
      inv: push ? push.inv : Math.min(...group.map(({ t }) => t)),
      cmp: Math.max(...group.map(({ t }) => t)),
      tips: tipsOf(seen),
      events: seen.map(({ idx }) => idx),
    }
  })
}

function tipsOf(rows: readonly HistoryEvent[]): Read['tips'] {
  const tips = new Map<string, string>()
  for (const row of rows) if (row.ref && row.new) tips.set(row.ref, row.new)
  return tips
}

function sightingOf({ inv, ...removal }: Operation): Sighting {
  const { arm, replica, op, app, generation, repository, events } = removal
  return { arm, replica, op, app, generation, repository, at: inv, events }
}

/** A look that found nothing has a row without an app. */
function found({ arm, replica, op, app, generation, t, idx }: HistoryEvent): readonly Sighting[] {
  const repository = repositoryOf(app, generation)
  return app === null
    ? []
    : [{ arm, replica, op, app, generation, repository, at: t, events: [idx] }]
}
