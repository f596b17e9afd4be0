import { expectEpoch, type Store } from '../store/store.ts'
import type { Outcome } from './outcome.ts'

/**
 * Reads the snapshot anew only where a mutation has come since the last time: what it shows changes with the
 * revision and with nothing else. Builders ask for it all the time, and it is large.
 */
export function createSnapshotReader(store: Store): () => Promise<Outcome<'snapshot'>> {
  let last: (Awaited<ReturnType<Store['snapshot']>> & { readonly epoch: string }) | undefined
  return async () => {
    const known = last
    const { epoch } = store
    if (known?.epoch === epoch && known.revision === (await store.revision())) return known
    const read = await store.snapshot()
    expectEpoch(store, epoch)
    last = { ...read, epoch }
    return read
  }
}
