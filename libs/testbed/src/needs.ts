import type { Plan } from '@keyrace/contracts'
import { isStrategyName, type Neighbour, type Strategy, strategies } from '@keyrace/key-lookup'

/** What a plan needs besides controller, builders and their repositories. */
export function neighboursIn({
  arms,
  reaper,
}: Pick<Plan, 'arms' | 'reaper'>): ReadonlySet<Neighbour> {
  const needs = new Set(arms.flatMap(({ strategy }) => needsOf(strategy)))
  if (reaper?.source === 'kubernetes') needs.add('kubernetes')
  return needs
}

/** Of a strategy. */
export function needsOf(name: string): readonly Neighbour[] {
  const rival: Strategy | undefined = isStrategyName(name) ? strategies[name] : undefined
  return rival?.needs ?? []
}
