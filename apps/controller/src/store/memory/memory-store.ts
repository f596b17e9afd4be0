import { isRefusal } from '../../domain/outcome.ts'
import { type Store, StoreError, type Transaction } from '../store.ts'
import { createRowLocks } from './locks.ts'
import { createReads } from './reads.ts'
import { backUp, createDraft, createTables } from './tables.ts'
import { createTransaction } from './transaction.ts'

export interface MemoryStoreOptions {
  readonly epoch: string
  /** The wall clock, as the audit log shows it: `2016-03-01T12:00:00Z`. */
  readonly timestamp: () => string
  /** Awaited before each step, so that transactions can overlap as they do in a database. */
  readonly latency?: () => Promise<void>
}

export interface MemoryStore extends Store {
  /** Answers how to put everything back to how it is now, which begins another epoch. */
  backUp(): () => void
}

/**
 * The database's twin for the simulation: read committed, real row locks, and nothing of a transaction
 * is seen before its commit.
 */
export function createMemoryStore(options: MemoryStoreOptions): MemoryStore {
  const { timestamp, latency = async () => {} } = options
  const tables = createTables()
  const locks = createRowLocks()
  let restores = 0

  return {
    get epoch() {
      return restores === 0 ? options.epoch : `${options.epoch}-${restores}`
    },
    ...createReads(tables, latency),
    insertRelease: (release) => transaction((alone) => alone.insertRelease(release)),
    settleRelease: (pushId, state) => transaction((alone) => alone.settleRelease(pushId, state)),
    transaction,
    async barrier() {
      const holder = {}
      await locks.acquire(holder, 'revision', 'share')
      locks.releaseAll(holder)
    },
    async keepTerm(kind, termMs) {
      await latency()
      tables.terms.set(kind, Math.max(termMs, tables.terms.get(kind) ?? 0))
    },
    backUp() {
      const restore = backUp(tables)
      return () => {
        restores++
        restore()
      }
    },
    close: async () => {},
  }

  async function transaction<T extends object>(
    work: (transaction: Transaction) => Promise<T>,
  ): Promise<T> {
    const holder = {}
    const history = restores
    const draft = createDraft(tables)
    const deps = { holder, tables: draft.tables, locks, pause: latency, timestamp }
    try {
      const outcome = await work(createTransaction(deps))
      await latency()
      if (history !== restores) throw new StoreError('57P01', 'the database was stopped')
      if (!isRefusal(outcome)) draft.apply()
      return outcome
    } finally {
      locks.releaseAll(holder)
    }
  }
}
