import type { Endpoints, Input } from '@keyrace/contracts'
import type { Store } from '../store/store.ts'
import type { Outcome } from './outcome.ts'

const defaultLimit = 1_000

export async function auditLog(
  store: Store,
  { after = 0, limit = defaultLimit }: Input<Endpoints['auditLog']>['query'],
): Promise<Outcome<'auditLog'>> {
  const entries = await store.auditLog(after, limit)
  return { body: { entries: [...entries] } }
}
