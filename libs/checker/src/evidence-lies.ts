import { createCommitOrder } from './exact/commit-order.ts'
import { decisionsOf, rowOrder } from './exact/decisions.ts'
import { createFold } from './exact/fold.ts'
import { dueBefore } from './exact/frontier.ts'
import { firstMatch } from './exact/matching.ts'
import { mutationsOf, type Settlements } from './exact/mutations.ts'
import { lastBegun, phaseAt, type Register } from './exact/register.ts'
import { sound } from './exact/rules.ts'
import { uniform } from './exact/terms.ts'
import { createTripleIndex } from './exact/triple-index.ts'
import type { HistoryColumns } from './history-columns.ts'

/** A decision that cannot have come about as its evidence says. */
export interface Lie {
  /**
   * `value`: neither at the revision that it names nor at a later one was it right. `future`: nobody had begun what that revision
   * stands for. `age`: a copy as young as it says would have held a later revision, so that clients convict it and its
   * own evidence acquits it.
   */
  readonly kind: 'value' | 'future' | 'age'
  readonly op: string
  readonly authRevision: number
  /** `idx` of its rows, and of the mutation that gives it away. */
  readonly events: readonly number[]
}

/** Looks at decisions that name the revision they rest on. The revision is one from before the decision's read. */
export function evidenceLies(
  history: HistoryColumns,
  {
    arm,
    settlements = new Map(),
  }: { readonly arm?: string; readonly settlements?: Settlements } = {},
): readonly Lie[] {
  const index = createTripleIndex()
  const order = rowOrder(history)
  const { ordered, loose } = mutationsOf(history, order, settlements, sound)
  const decisions = decisionsOf(history, order, index, { arm, moment: 'answer' })
  const fold = createFold(index, anyTerms, sound)
  const release = createCommitOrder(fold, sound)
  for (const mutation of loose) fold.suspect(mutation)
  for (const mutation of ordered) release(mutation)
  const { columns, strings } = history
  const lies: Lie[] = []
  for (let place = 0; place < decisions.count; place++) {
    const [begun, ended] = [decisions.begun[place] as number, decisions.ended[place] as number]
    const authRevision = columns.authRevision[ended] as number
    if (authRevision < 0) continue
    const register = fold.register(decisions.register[place] as number)
    const found = lieOf(register, {
      authRevision,
      copyAgeMs: columns.copyAgeMs[ended] as number,
      wanted: decisions.wanted[place] as number,
      inv: decisions.inv[place] as number,
      cmp: decisions.cmp[place] as number,
      user: decisions.user[place] as number,
    })
    if (found === undefined) continue
    const rows = [begun, ended].map((row) => columns.idx[row] as number)
    lies.push({
      kind: found.kind,
      op: strings.text(columns.op[begun] as number) ?? '',
      authRevision,
      events: [...(register.writes[found.phase]?.events ?? []), ...rows],
    })
  }
  return lies
}

const anyTerms = { bounds: uniform(0), ownBoundMs: null, scope: 'none', settledAt: null } as const

interface Testimony {
  readonly authRevision: number
  /** NaN where it does not say. */
  readonly copyAgeMs: number
  readonly wanted: number
  readonly inv: number
  readonly cmp: number
  readonly user: number
}

/** What kind of lie it is, and the phase whose begin gives it away. */
function lieOf(
  register: Register,
  { authRevision, copyAgeMs, user, ...decision }: Testimony,
): { readonly kind: Lie['kind']; readonly phase: number } | undefined {
  const named = phaseAt(register, authRevision)
  const to = lastBegun(register, decision.cmp)
  if (named > to) return { kind: 'future', phase: named }
  if (firstMatch(register, decision, { from: named, to, pusher: user }) < 0) {
    return { kind: 'value', phase: named }
  }
  if (Number.isNaN(copyAgeMs)) return undefined
  const known = dueBefore(register.acknowledged, decision.inv - copyAgeMs)
  return named < known ? { kind: 'age', phase: known } : undefined
}
