import type { App, Key } from '@keyrace/contracts'
import { type QueryResult, type RawBuilder, sql } from 'kysely'
import type { Connection } from './database.ts'

/** Read in the same statement as the data, so that both are of one snapshot. */
export const currentRevision = sql<number>`(SELECT value FROM revision)`

/** By owner and name. */
export function keysJson(where: RawBuilder<unknown>): RawBuilder<Key[]> {
  return sql<Key[]>`(
    SELECT coalesce(json_agg(json_build_object(
      'id', name, 'owner', owner, 'public', public, 'fingerprint', fingerprint
    ) ORDER BY owner, name), '[]')
    FROM keys WHERE ${where})`
}

/** The live app of that name, or null. */
export function appJson(name: string): RawBuilder<App | null> {
  return sql<App | null>`(
    SELECT json_build_object('id', name, 'generation', generation, 'owner', owner)
    FROM apps WHERE name = ${name} AND owner IS NOT NULL)`
}

/** The row of a query that has one whatever the tables hold. */
export async function only<Row>(
  db: Connection,
  query: { execute(db: Connection): Promise<QueryResult<Row>> },
): Promise<Row> {
  const [row] = (await query.execute(db)).rows
  if (row === undefined) throw new Error('a query that has one row came back without')
  return row
}
