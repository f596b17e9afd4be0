import { isRefusal } from '../../domain/outcome.ts'
import type { Store, Transaction } from '../store.ts'
import { createRowLocks } from './locks.ts'
import { createReads } from './reads.ts'
import { createDraft, createTables } from './tables.ts'
import { createTransaction } from './transaction.ts'

export interface MemoryStoreOptions {
  readonly epoch: string
  /** The wall clock, as the audit log shows it: `2016-03-01T12:00:00Z`. */
  readonly timestamp: () => string
  /** Awaited before each step, so that transactions can overlap as they do in a database. */
  readonly latency?: () => Promise<void>
}

/**
 * The database's twin for the simulation: read committed, real row locks, and nothing of a transaction
 * is seen before its commit.
 */
export function createMemoryStore(options: MemoryStoreOptions): Store {
  const { epoch, timestamp, latency = async () => {} } = options
  const tables = createTables()
  const locks = createRowLocks()

  return {
    epoch,
    ...createReads(tables, latency),
    insertRelease: (release) => transaction((alone) => alone.insertRelease(release)),
    settleRelease: (pushId, state) => transaction((alone) => alone.settleRelease(pushId, state)),
    transaction,
    close: async () => {},
  }

  async function transaction<T extends object>(
    work: (transaction: Transaction) => Promise<T>,
  ): Promise<T> {
    const holder = {}
    const draft = createDraft(tables)
    const deps = { holder, tables: draft.tables, locks, pause: latency, timestamp }
    try {
      const outcome = await work(createTransaction(deps))
      await latency()
      if (!isRefusal(outcome)) draft.apply()
      return outcome
    } finally {
      locks.releaseAll(holder)
    }
  }
}
