import type { HistoryEvent, PlannedFault, RevocationWait, SwarmPlan } from '@keyrace/contracts'

/** From invoke to completion; `type` is undefined where there was none. */
export interface Span {
  readonly op: string
  readonly from: number
  readonly to: number
  readonly type: HistoryEvent['type'] | undefined
  /** What the completion said, or else the invoke. */
  readonly row: HistoryEvent
}

export interface SeenPush extends Span {
  readonly admission: Span | undefined
  readonly commit: Span | undefined
}

/** A played world, laid out for those who look for what happened in it. */
export interface Sight {
  readonly plan: SwarmPlan
  readonly pushes: readonly SeenPush[]
  /** Those that took place, without those of the fixture. */
  readonly mutations: readonly Span[]
  readonly creations: readonly Span[]
  readonly removals: readonly Span[]
  /** Those that touched something, on the history's clock. */
  readonly faults: readonly PlannedFault[]
  readonly held: Readonly<Record<string, number>>
  readonly waits: readonly RevocationWait[]
  readonly staleWithin: {
    readonly revocations: number
    readonly grants: number
    readonly commits: number
  }
}

const mutationKinds: ReadonlySet<string> = new Set<HistoryEvent['f']>([
  'createApp',
  'deleteApp',
  'transferApp',
  'addKey',
  'removeKey',
  'grant',
  'revokeGrant',
])

export function spansOf(history: readonly HistoryEvent[]): {
  readonly pushes: readonly SeenPush[]
  readonly mutations: readonly Span[]
  readonly creations: readonly Span[]
  readonly removals: readonly Span[]
} {
  const spans = [...Map.groupBy(history, ({ f, op }) => `${f} ${op}`).values()].map(spanOf)
  const of = (f: HistoryEvent['f']) => spans.filter(({ row }) => row.f === f)
  const admissions = new Map(of('admission').map((span) => [span.op, span]))
  const commits = new Map(of('commit').map((span) => [span.op, span]))
  const done = spans.filter(({ row, type }) => mutationKinds.has(row.f) && type === 'ok')
  return {
    pushes: of('push').map((push) => ({
      ...push,
      admission: admissions.get(push.op),
      commit: commits.get(push.op),
    })),
    mutations: done.filter(({ row }) => row.proc !== 'fixture'),
    creations: done.filter(({ row }) => row.f === 'createApp'),
    removals: of('reap'),
  }
}

function spanOf(rows: readonly HistoryEvent[]): Span {
  const [invoke] = rows as [HistoryEvent]
  const completion = rows.find(({ type }) => type !== 'invoke')
  return {
    op: invoke.op,
    from: invoke.t,
    to: completion?.t ?? Number.POSITIVE_INFINITY,
    type: completion?.type,
    row: completion ?? invoke,
  }
}

export function overlaps(a: Pick<Span, 'from' | 'to'>, b: Pick<Span, 'from' | 'to'>): boolean {
  return a.from <= b.to && b.from <= a.to
}

/** Where a push was when something happened. */
export const phases = ['admission', 'receive', 'commit', 'end'] as const
export type Phase = (typeof phases)[number]

export function phaseAt({ from, to, admission, commit }: SeenPush, at: number): Phase | undefined {
  if (at < from || at > to) return undefined
  if (admission === undefined || at <= admission.to) return 'admission'
  if (commit === undefined || at < commit.from) return 'receive'
  return at <= commit.to ? 'commit' : 'end'
}
