import { isRefusal } from '../../domain/outcome.ts'
import { type Store, StoreError, type Transaction } from '../store.ts'
import { createRowLocks, type RowLocks } from './locks.ts'
import { createReads } from './reads.ts'
import { backUp, createDraft, createTables } from './tables.ts'
import { createTransaction } from './transaction.ts'

export interface MemoryStoreOptions {
  readonly epoch: string
  /** The wall clock, as the audit log shows it: `2016-03-01T12:00:00Z`. */
  readonly timestamp: () => string
  /**
   * Awaited before each step, so that transactions can overlap as they do in a database, and once more before the end
   * of one is told. Where it rejects, which takes a StoreError, the step has failed.
   */
  readonly latency?: () => Promise<void>
}

export interface MemoryStore extends Store {
  /** Answers how to put everything back to how it is now, which begins another epoch. */
  backUp(): () => void
}

/** One client of a database that may outlive it. */
export interface MemoryConnection extends MemoryStore {
  /** It is dead: what it has not committed is undone, and its locks are free. */
  break(): void
}

export interface MemoryDatabase {
  connect(latency?: () => Promise<void>): MemoryConnection
}

/**
 * The database's twin for the simulation: read committed, real row locks, and nothing of a transaction
 * is seen before its commit.
 */
export function createMemoryStore({ latency, ...options }: MemoryStoreOptions): MemoryStore {
  return createMemoryDatabase(options).connect(latency)
}

export function createMemoryDatabase(options: Omit<MemoryStoreOptions, 'latency'>): MemoryDatabase {
  const database: Database = {
    ...options,
    tables: createTables(),
    locks: createRowLocks(),
    restores: 0,
  }
  return { connect: (latency = async () => {}) => connectTo(database, latency) }
}

/** What all of its clients share. */
interface Database extends Omit<MemoryStoreOptions, 'latency'> {
  readonly tables: ReturnType<typeof createTables>
  readonly locks: RowLocks
  restores: number
}

function connectTo(database: Database, latency: () => Promise<void>): MemoryConnection {
  const { locks, tables, timestamp } = database
  const holders = new Set<object>()

  return {
    get epoch() {
      const { epoch, restores } = database
      return restores === 0 ? epoch : `${epoch}-${restores}`
    },
    ...createReads(tables, latency),
    insertRelease: (release) => transaction((alone) => alone.insertRelease(release)),
    settleRelease: (pushId, state) => transaction((alone) => alone.settleRelease(pushId, state)),
    transaction,
    barrier: () => holding((holder) => locks.acquire(holder, 'revision', 'share')),
    async keepTerm(kind, termMs) {
      await latency()
      tables.terms.set(kind, Math.max(termMs, tables.terms.get(kind) ?? 0))
    },
    backUp() {
      const restore = backUp(tables)
      return () => {
        database.restores++
        restore()
      }
    },
    break() {
      locks.releaseDead(holders)
      holders.clear()
    },
    close: async () => {},
  }

  async function transaction<T extends object>(
    work: (transaction: Transaction) => Promise<T>,
  ): Promise<T> {
    const outcome = await holding((holder) => commit(holder, work))
    await latency()
    return outcome
  }

  async function commit<T extends object>(
    holder: object,
    work: (transaction: Transaction) => Promise<T>,
  ): Promise<T> {
    const history = database.restores
    const draft = createDraft(tables)
    const deps = { holder, tables: draft.tables, locks, pause: latency, timestamp }
    const outcome = await work(createTransaction(deps))
    await latency()
    if (history !== database.restores) throw new StoreError('57P01', 'the database was stopped')
    if (!isRefusal(outcome)) draft.apply()
    return outcome
  }

  async function holding<T>(work: (holder: object) => Promise<T>): Promise<T> {
    const holder = {}
    holders.add(holder)
    try {
      return await work(holder)
    } finally {
      holders.delete(holder)
      locks.releaseAll(holder)
    }
  }
}
