import type { Consistency } from '@keyrace/contracts'
import type { Attempt, Operation } from './history.ts'
import { countWhile } from './spans.ts'
import { subjectOf, subjectsOf } from './subjects.ts'

type Shares = Consistency['consistentWithin']
const momentsMs = [10, 100, 1_000, 10_000] as const

/**
 * Of the mutations that every replica was asked about later than so many milliseconds after the
 * acknowledgement, the share after which none of them was found stale any more. What nobody asked about
 * is not known: it is no part of `n`.
 */
export function consistentWithin(
  attempts: readonly Attempt[],
  mutations: readonly Operation[],
  { stale, replicas }: { readonly stale: ReadonlySet<string>; readonly replicas: number },
): Shares {
  const probes = probesOf(attempts, mutations)
  const at = (ms: number) => {
    const judged = probes
      .map((pushes) => pushes.filter(({ lagMs }) => lagMs >= ms))
      .filter((pushes) => new Set(pushes.map(({ replica }) => replica)).size === replicas)
    const honoured = judged.filter((pushes) => pushes.every(({ op }) => !stale.has(op)))
    const n = judged.length
    return { share: n === 0 ? null : honoured.length / n, n }
  }
  const shares = momentsMs.map((ms) => [String(ms), at(ms)])
  return Object.fromEntries(shares) as Shares
}

interface Probe {
  readonly op: string
  readonly replica: string | null
  /** From the mutation's acknowledgement. */
  readonly lagMs: number
}

/** Of each mutation, the decided pushes that began after it and before the next about the same. */
function probesOf(
  attempts: readonly Attempt[],
  mutations: readonly Operation[],
): readonly (readonly Probe[])[] {
  const done = mutations.filter(({ type, proc }) => type === 'ok' && proc !== 'fixture')
  const mutationsOf = Map.groupBy(done, subjectOf)
  const decided = attempts
    .map(({ push, admission = push }) => admission)
    .filter(({ type }) => type === 'ok' || type === 'denied')
    .sort((a, b) => a.inv - b.inv)
  const pushes = new Map<string, Operation[]>([...mutationsOf.keys()].map((name) => [name, []]))
  for (const push of decided) {
    for (const subject of subjectsOf(push)) pushes.get(subject)?.push(push)
  }
  return [...mutationsOf].flatMap(([subject, own]) => {
    const inOrder = own.toSorted((a, b) => a.inv - b.inv)
    const concerned = pushes.get(subject) ?? []
    return inOrder.map(({ cmp }, index) => {
      const until = inOrder[index + 1]?.inv ?? Number.POSITIVE_INFINITY
      return concerned
        .slice(
          countWhile(concerned, ({ inv }) => inv <= cmp),
          countWhile(concerned, ({ inv }) => inv < until),
        )
        .map(({ op, replica, inv }) => ({ op, replica, lagMs: inv - cmp }))
    })
  })
}
