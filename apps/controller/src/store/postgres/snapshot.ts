import type { Snapshot } from '@keyrace/contracts'
import { sql } from 'kysely'
import type { AsOf } from '../store.ts'
import type { Connection } from './database.ts'
import { currentRevision, only } from './fragments.ts'

/**
 * One statement, so that revision and data are of one snapshot. JSON and not arrays: Postgres builds it
 * and Node parses it natively, which for many keys is ten times cheaper.
 */
export function readSnapshot(db: Connection): Promise<AsOf<Snapshot>> {
  return only(
    db,
    sql<AsOf<Snapshot>>`
      SELECT ${currentRevision} AS revision,
        (SELECT coalesce(json_agg(json_build_object(
            'username', username,
            'isAdministrator', is_administrator,
            'keys', (SELECT coalesce(json_agg(fingerprint ORDER BY name), '[]')
                     FROM keys WHERE keys.owner = users.username)
          ) ORDER BY username), '[]') FROM users) AS users,
        (SELECT coalesce(json_agg(json_build_object(
            'app', name,
            'generation', generation,
            'owner', owner,
            'users', (SELECT coalesce(json_agg(username ORDER BY username), '[]')
                      FROM grants WHERE grants.app = apps.name)
          ) ORDER BY name), '[]') FROM apps WHERE owner IS NOT NULL) AS apps`,
  )
}
