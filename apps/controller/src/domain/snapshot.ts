import type { Store } from '../store/store.ts'
import type { Outcome } from './outcome.ts'

export async function snapshot(store: Store): Promise<Outcome<'snapshot'>> {
  const { revision, ...body } = await store.snapshot()
  return { body, revision }
}
