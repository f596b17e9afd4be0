import type { Ids } from '@keyrace/environment'
import { Kysely, PostgresDialect } from 'kysely'
import { Migrator } from 'kysely/migration'
import { isRefusal, type Refusal } from '../../domain/outcome.ts'
import { type Store, StoreError, type Transaction } from '../store.ts'
import { appReads, appWrites } from './apps.ts'
import type { Connection, Database, OpenTransaction } from './database.ts'
import { insertRows } from './insert-rows.ts'
import { keyReads, keyWrites } from './keys.ts'
import { migrations } from './migrations/index.ts'
import { createPool, type PoolOptions } from './pool.ts'
import { releaseReads, releaseWrites } from './releases.ts'
import { revisionReads, revisionWrites } from './revisions.ts'
import { readSnapshot } from './snapshot.ts'
import { lockStanding, readStanding, readStandingWithKeys } from './standing.ts'
import { userReads, userWrites } from './users.ts'

/** Connects, and brings the tables up to date. Rejects with a StoreError where that cannot be done. */
export async function openPostgresStore(options: PoolOptions & { ids: Ids }): Promise<Store> {
  const db = new Kysely<Database>({ dialect: new PostgresDialect({ pool: createPool(options) }) })
  try {
    await migrate(db)
    return createPostgresStore(db, await readEpoch(db, options.ids))
  } catch (error) {
    await db.destroy()
    throw error
  }
}

function createPostgresStore(db: Connection, epoch: string): Store {
  return {
    epoch,
    ...userReads(db),
    ...keyReads(db),
    ...appReads(db),
    ...releaseReads(db),
    ...releaseWrites(db),
    ...revisionReads(db),
    standing: (subject) => readStanding(db, subject),
    standingWithKeys: (subject) => readStandingWithKeys(db, subject),
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
    ...releaseWrites(db),
    ...revisionWrites(db),
    lockStanding: (subject) => lockStanding(db, subject),
    insertRows: (rows) => insertRows(db, rows),
  }
}

async function migrate(db: Connection): Promise<void> {
  const { error } = await new Migrator({ db, provider: migrations }).migrateToLatest()
  if (error === undefined) return
  if (error instanceof StoreError) throw error
  throw new StoreError('migration', String(error), { cause: error })
}

/** The first controller to open a database names its history. */
async function readEpoch(db: Connection, ids: Ids): Promise<string> {
  await db
    .insertInto('installation')
    .values({ epoch: ids.next('epoch') })
    .onConflict((conflict) => conflict.doNothing())
    .execute()
  const { epoch } = await db.selectFrom('installation').select('epoch').executeTakeFirstOrThrow()
  return epoch
}
