import type { Judgement } from '@keyrace/checker'
import type { Correctness, Sample } from '@keyrace/contracts'

/** What was stale on connections that had waited, and on fresh ones; nothing where races had only one of them. */
export function byConnection(
  findings: Judgement['findings'],
  samples: readonly Pick<Sample, 'op' | 'phase' | 'fresh'>[],
): Pick<Correctness, 'byConnection'> {
  const raced = samples.filter(({ phase }) => phase === 'race')
  if (new Set(raced.map(({ fresh }) => fresh)).size < 2) return {}
  const freshOps = new Set(samples.filter(({ fresh }) => fresh).map(({ op }) => op))
  const of = (connection: 'waiting' | 'fresh') => {
    const own = findings.filter(({ op }) => freshOps.has(op) === (connection === 'fresh'))
    const count = (name: string) => own.filter(({ invariant }) => invariant === name).length
    return {
      connection,
      staleAdmissions: count('stale-admission'),
      staleAccepts: count('stale-accept'),
      staleRejects: count('stale-reject'),
    }
  }
  return { byConnection: [of('waiting'), of('fresh')] }
}
