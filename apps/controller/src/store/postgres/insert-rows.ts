import { type QueryResult, sql } from 'kysely'
import { type ImportRow, StoreError } from '../store.ts'
import type { OpenTransaction } from './database.ts'

const integrityViolation = '23'

/** One statement for all rows. Where one of them does not fit, none of them was ever there. */
export async function insertRows(
  db: OpenTransaction,
  rows: readonly ImportRow[],
): Promise<boolean> {
  await sql`SAVEPOINT rows`.execute(db)
  if ((await insertedCount(db, rows)) === rows.length) {
    await sql`RELEASE SAVEPOINT rows`.execute(db)
    return true
  }
  await sql`ROLLBACK TO SAVEPOINT rows`.execute(db)
  return false
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
