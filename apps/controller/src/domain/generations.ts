import type { Endpoints, Input } from '@keyrace/contracts'
import type { Store } from '../store/store.ts'
import type { Outcome } from './outcome.ts'

/** A name that never was is refused: nothing of it is known to be gone. */
export async function latestGeneration(
  store: Store,
  { app }: Input<Endpoints['latestGeneration']>['params'],
): Promise<Outcome<'latestGeneration'>> {
  const { latest, revision } = await store.latestGeneration(app)
  if (latest === undefined) return { refused: 'app-not-found', revision }
  return { body: latest, revision, generation: latest.generation }
}

export async function latestGenerations(store: Store): Promise<Outcome<'latestGenerations'>> {
  const { generations, revision } = await store.latestGenerations()
  return { body: { generations: [...generations] }, revision }
}
