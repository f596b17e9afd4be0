import { faultKinds } from '@keyrace/contracts'
import { strategies } from '@keyrace/key-lookup'
import { overlaps, phaseAt, phases, type Sight } from './sight.ts'

const noFault = 'no fault'
const mutations = [
  'createApp',
  'deleteApp',
  'transferApp',
  'addKey',
  'removeKey',
  'grant',
  'revokeGrant',
] as const

/** How many cells there are, whether or not they can come about. */
export const possibleCells =
  Object.keys(strategies).length *
  (Object.keys(faultKinds).length + 1) *
  phases.length *
  mutations.length

/** What came together: strategy, fault, where a push was, and what changed at that moment. */
export function cellsIn({ plan, faults, pushes, mutations: changes }: Sight): readonly string[] {
  const cells = new Set<string>()
  for (const { to: at, row } of changes) {
    const during = faults.filter(({ fromMs, toMs }) =>
      overlaps({ from: fromMs, to: toMs }, { from: at, to: at }),
    )
    const kinds = during.length === 0 ? [noFault] : during.map(({ kind }) => kind)
    for (const push of pushes) {
      if (push.row.app !== row.app && push.row.user !== row.user) continue
      const phase = phaseAt(push, at)
      if (phase === undefined) continue
      for (const kind of kinds) cells.add(`${plan.strategy} ${kind} ${phase} ${row.f}`)
    }
  }
  return [...cells]
}
