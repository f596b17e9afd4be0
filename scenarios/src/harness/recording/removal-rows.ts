import type { RemovalEvidence } from '@keyrace/contracts'
import type { World } from '@keyrace/testbed'
import { timedArms } from '../timing/timed.ts'
import { type Row, row } from './history-rows.ts'

/** A removal, and in which arm it happened. */
export interface Removal {
  readonly arm: string
  readonly evidence: RemovalEvidence
}

/** Of one that was completed there are two lines: the later one says more. */
export async function readRemovals(world: World): Promise<readonly Removal[]> {
  const removals = new Map<string, Removal>()
  for (const arm of timedArms(world)) {
    for (const evidence of await world.removals(arm)) {
      removals.set(`${arm.name} ${evidence.removalId}`, { arm: arm.name, evidence })
    }
  }
  return [...removals.values()]
}

/** A removal, and what its repository held when it began. */
export function removalRows({ arm, evidence }: Removal, origin: number): Row[] {
  const { removalId, remover, app, generation, revision, begunAt, durableAt, refs } = evidence
  const proc = `${arm}/${remover}`
  const op = `${arm}/${removalId}`
  const by = { proc, arm, replica: remover, app, generation, authRevision: revision }
  const reap = { ...by, op, f: 'reap' } as const
  const found = Object.entries(refs)
  const held = found.length === 0 ? [[null, null] as const] : found
  const t = begunAt - origin
  return [
    row({ ...reap, t, type: 'invoke' }),
    ...held.map(([ref, sha]) =>
      row({ ...by, t, type: 'ok', f: 'readRefs', op: `${op}/held`, ref, new: sha }),
    ),
    ...(durableAt === null ? [] : [row({ ...reap, t: durableAt - origin, type: 'ok' })]),
  ]
}
