import type { Snapshot } from '@keyrace/contracts'
import { sql } from 'kysely'
import type { AsOf } from '../store.ts'
import type { Connection } from './database.ts'
import { currentRevision, only } from './fragments.ts'

interface Row {
  readonly part: 'revision' | keyof Snapshot
  readonly json: string
}

/**
 * One statement, so that revision and data are of one snapshot. Postgres writes the JSON, a user or an app
 * a row: one value of megabytes takes it and the driver twice as long.
 */
export async function readSnapshot(db: Connection): Promise<AsOf<{ readonly json: string }>> {
  const { rows } = await sql<Row>`
    SELECT 'revision' AS part, value::text AS json FROM revision
    UNION ALL
    SELECT 'users', json_build_object(
      'username', username,
      'isAdministrator', is_administrator,
      'keys', coalesce(owned.keys, '[]'))::text
    FROM users LEFT JOIN (
      SELECT owner, json_agg(fingerprint) AS keys FROM keys GROUP BY owner
    ) AS owned ON owned.owner = username
    UNION ALL
    SELECT 'apps', json_build_object(
      'app', name,
      'generation', generation,
      'owner', owner,
      'users', coalesce(granted.users, '[]'))::text
    FROM apps LEFT JOIN (
      SELECT app, json_agg(username) AS users FROM grants GROUP BY app
    ) AS granted ON granted.app = name
    WHERE owner IS NOT NULL`.execute(db)
  const parts = Map.groupBy(rows, ({ part }) => part)
  const list = (part: Row['part']) => (parts.get(part) ?? []).map(({ json }) => json).join()
  return {
    revision: Number(list('revision')),
    json: `{"users":[${list('users')}],"apps":[${list('apps')}]}`,
  }
}

export function readNames(db: Connection): Promise<AsOf<{ users: string[]; apps: string[] }>> {
  return only(
    db,
    sql<AsOf<{ users: string[]; apps: string[] }>>`
      SELECT ${currentRevision} AS revision, ARRAY(SELECT username FROM users) AS users,
        ARRAY(SELECT name FROM apps WHERE owner IS NOT NULL) AS apps`,
  )
}
