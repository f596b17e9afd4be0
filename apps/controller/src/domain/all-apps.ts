import type { Endpoints, Input } from '@keyrace/contracts'
import type { Store } from '../store/store.ts'
import { keyOwner } from './key-lookup.ts'
import { isRefusal, type Outcome } from './outcome.ts'

/** The quirk `all-apps`: whoever owns the key, the answer names every app that stands. */
export async function keyOwnerWithAllApps(
  store: Store,
  input: Input<Endpoints['keyOwner']>,
): Promise<Outcome<'keyOwner'>> {
  const answer = await keyOwner(store, input)
  if (isRefusal(answer) || 'json' in answer || answer.body === null) return answer
  const { generations } = await store.latestGenerations()
  const apps = generations.filter(({ stands }) => stands).map(({ app }) => app)
  const { username } = answer.body
  return { ...answer, body: { username, apps } }
}
