import { type QueryResult, sql } from 'kysely'
import { type ImportRow, StoreError, type Transaction } from '../store.ts'
import type { OpenTransaction } from './database.ts'

const integrityViolation = '23'

const tables = { user: 'users', key: 'keys', app: 'apps', grant: 'grants' } as const

/** One statement for all rows. Where one of them does not fit, none of them was ever there. */
export function rowInsertion(db: OpenTransaction): Transaction['insertRows'] {
  const inserted = new Map<ImportRow['kind'], { rows: number; counted: number }>()
  return async (rows) => {
    await sql`SAVEPOINT rows`.execute(db)
    if ((await insertedCount(db, rows)) !== rows.length) {
      await sql`ROLLBACK TO SAVEPOINT rows`.execute(db)
      return false
    }
    await sql`RELEASE SAVEPOINT rows`.execute(db)
    if (rows[0] !== undefined) await countAfresh(rows[0].kind, rows.length)
    return true
  }

  // Each time that a table has doubled: for one that was small when it was last counted, the planner goes
  // through all users to find the owner of each key.
  async function countAfresh(kind: ImportRow['kind'], more: number): Promise<void> {
    const { rows, counted } = inserted.get(kind) ?? { rows: 0, counted: 0 }
    const isDue = rows + more >= 2 * counted
    if (isDue) await sql`ANALYZE ${sql.table(tables[kind])}`.execute(db)
    inserted.set(kind, { rows: rows + more, counted: isDue ? rows + more : counted })
  }
}

async function insertedCount(db: OpenTransaction, rows: readonly ImportRow[]): Promise<number> {
  try {
    const { numAffectedRows = 0n } = await insert(db, rows)
    return Number(numAffectedRows)
  } catch (error) {
    if (error instanceof StoreError && error.code.startsWith(integrityViolation)) return 0
    throw error
  }
}

async function insert(
  db: OpenTransaction,
  rows: readonly ImportRow[],
): Promise<QueryResult<unknown>> {
  switch (rows[0]?.kind) {
    case 'user':
      return insertUsers(
        db,
        rows.filter((row) => row.kind === 'user'),
      )
    case 'key':
      return insertKeys(
        db,
        rows.filter((row) => row.kind === 'key'),
      )
    case 'app':
      return insertApps(
        db,
        rows.filter((row) => row.kind === 'app'),
      )
    case 'grant':
      return insertGrants(
        db,
        rows.filter((row) => row.kind === 'grant'),
      )
    case undefined:
      return { rows: [] }
  }
}

async function insertUsers(db: OpenTransaction, rows: readonly (ImportRow & { kind: 'user' })[]) {
  const inserted = await sql`
    INSERT INTO users (username, is_administrator)
    SELECT username, false FROM unnest(${rows.map((row) => row.username)}::text[]) username
  `.execute(db)
  const withToken = rows.filter((row) => row.tokenHash !== undefined)
  await sql`
    INSERT INTO tokens (hash, username)
    SELECT * FROM unnest(
      ${withToken.map((row) => row.tokenHash)}::text[],
      ${withToken.map((row) => row.username)}::text[])
  `.execute(db)
  return inserted
}

function insertKeys(db: OpenTransaction, rows: readonly (ImportRow & { kind: 'key' })[]) {
  return sql`
    INSERT INTO keys (fingerprint, owner, name, public)
    SELECT * FROM unnest(
      ${rows.map(({ key }) => key.fingerprint)}::text[],
      ${rows.map(({ key }) => key.owner)}::text[],
      ${rows.map(({ key }) => key.id)}::text[],
      ${rows.map(({ key }) => key.public)}::text[])
  `.execute(db)
}

// A name that was used before is a conflict here; row by row it gets its next generation.
function insertApps(db: OpenTransaction, rows: readonly (ImportRow & { kind: 'app' })[]) {
  return sql`
    INSERT INTO apps (name, generation, owner)
    SELECT name, 1, owner FROM unnest(
      ${rows.map((row) => row.app)}::text[],
      ${rows.map((row) => row.owner)}::text[]) AS new (name, owner)
  `.execute(db)
}

function insertGrants(db: OpenTransaction, rows: readonly (ImportRow & { kind: 'grant' })[]) {
  return sql`
    INSERT INTO grants (app, username)
    SELECT new.app, new.username FROM unnest(
      ${rows.map((row) => row.app)}::text[],
      ${rows.map((row) => row.username)}::text[]) AS new (app, username)
    JOIN apps ON apps.name = new.app AND apps.owner IS NOT NULL
    FOR SHARE OF apps
  `.execute(db)
}
