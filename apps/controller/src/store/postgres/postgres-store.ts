import type { Ids } from '@keyrace/environment'
import { Kysely, PostgresDialect } from 'kysely'
import { Migrator } from 'kysely/migration'
import { isRefusal, type Refusal } from '../../domain/outcome.ts'
import { type Store, StoreError, type Transaction } from '../store.ts'
import { appReads, appWrites } from './apps.ts'
import type { Connection, OpenTransaction } from './database.ts'
import { createHistory, type History } from './history.ts'
import { rowInsertion } from './insert-rows.ts'
import { keyReads, keyWrites } from './keys.ts'
import { migrations } from './migrations/index.ts'
import { createPool, type PoolOptions } from './pool.ts'
import { releasedRefsReads, releaseReads, releaseWrites } from './releases.ts'
import { revisionReads, revisionWrites } from './revisions.ts'
import { readNames, readSnapshot } from './snapshot.ts'
import { lockStanding, readStanding, readStandingWithKeys } from './standing.ts'
import { grantedTerms } from './terms.ts'
import { userReads, userWrites } from './users.ts'

/** Connects, and brings the tables up to date. Rejects with a StoreError where that cannot be done. */
export async function openPostgresStore({
  ids,
  ...options
}: Omit<PoolOptions, 'history'> & { ids: Ids }): Promise<Store> {
  await prepare(connectionTo(options), ids)
  const history = createHistory()
  const store = createPostgresStore(connectionTo({ ...options, history }), history)
  await store.revision()
  return store
}

function connectionTo(options: PoolOptions): Connection {
  return new Kysely({ dialect: new PostgresDialect({ pool: createPool(options) }) })
}

function createPostgresStore(db: Connection, history: History): Store {
  return {
    get epoch() {
      return history.epoch()
    },
    ...userReads(db),
    ...keyReads(db),
    ...appReads(db),
    ...releaseReads(db),
    ...releasedRefsReads(db),
    ...releaseWrites(db),
    ...revisionReads(db),
    ...grantedTerms(db),
    standing: (subject) => readStanding(db, subject),
    standingWithKeys: (subject) => readStandingWithKeys(db, subject),
    names: () => readNames(db),
    snapshot: () => readSnapshot(db),
    transaction: (work) => inTransaction(db, work),
    close: () => db.destroy(),
  }
}

async function inTransaction<T extends object>(
  db: Connection,
  work: (transaction: Transaction) => Promise<T>,
): Promise<T> {
  try {
    return await db.transaction().execute(async (transaction) => {
      const outcome = await work(createTransaction(transaction))
      if (isRefusal(outcome)) throw new RolledBack(outcome)
      return outcome
    })
  } catch (error) {
    if (error instanceof RolledBack) return error.outcome as T
    throw error
  }
}

/** The only way to make Kysely roll back is to throw. */
class RolledBack extends Error {
  readonly outcome: Refusal
  constructor(outcome: Refusal) {
    super(outcome.refused)
    this.outcome = outcome
  }
}

function createTransaction(db: OpenTransaction): Transaction {
  return {
    ...userWrites(db),
    ...keyWrites(db),
    ...appWrites(db),
    ...releasedRefsReads(db),
    ...releaseWrites(db),
    ...revisionWrites(db),
    lockStanding: (subject) => lockStanding(db, subject),
    insertRows: rowInsertion(db),
  }
}

/** Over connections of its own: those of the store are made once there is a history. */
async function prepare(db: Connection, ids: Ids): Promise<void> {
  try {
    await migrate(db)
    await nameInstallation(db, ids)
  } finally {
    await db.destroy()
  }
}

async function migrate(db: Connection): Promise<void> {
  const { error } = await new Migrator({ db, provider: migrations }).migrateToLatest()
  if (error === undefined) return
  if (error instanceof StoreError) throw error
  throw new StoreError('migration', String(error), { cause: error })
}

/** By the first controller to open it. */
async function nameInstallation(db: Connection, ids: Ids): Promise<void> {
  await db
    .insertInto('installation')
    .values({ epoch: ids.next('epoch') })
    .onConflict((conflict) => conflict.doNothing())
    .execute()
}
