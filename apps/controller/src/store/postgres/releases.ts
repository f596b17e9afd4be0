import type { Release } from '@keyrace/contracts'
import { sql } from 'kysely'
import type { AsOf, NewRelease, Store, Transaction } from '../store.ts'
import type { Connection, OpenTransaction } from './database.ts'
import { currentRevision, only } from './fragments.ts'

/** The columns under the names of the contract. */
const release = sql<Release>`json_build_object(
  'pushId', push_id, 'app', app, 'generation', generation, 'version', version, 'state', state,
  'user', username, 'builder', builder, 'refs', refs)`

export function releaseReads(db: Connection): Pick<Store, 'releasesOf' | 'pendingReleases'> {
  return {
    async releasesOf({ id, generation }) {
      const rows = await db
        .selectFrom('releases')
        .select(release.as('release'))
        .where('app', '=', id)
        .where('generation', '=', generation)
        .orderBy('version', 'desc')
        .execute()
      return rows.map((row) => row.release)
    },
    pendingReleases: (arm, builder) =>
      only(
        db,
        sql<AsOf<{ releases: Release[] }>>`
          SELECT ${currentRevision} AS revision, (
            SELECT coalesce(json_agg(${release} ORDER BY push_id), '[]') FROM releases
            WHERE state = 'pending' AND arm = ${arm} AND builder = ${builder}) AS releases`,
      ),
  }
}

type ReleaseWrites = Pick<Transaction, 'release' | 'insertRelease' | 'settleRelease'>

export function releaseWrites(db: OpenTransaction): ReleaseWrites {
  return {
    release: (pushId) => releaseBy(db, pushId),
    async insertRelease(wanted) {
      const inserted = await insert(db, wanted)
      const found = inserted ?? (await releaseBy(db, wanted.pushId))
      if (found === undefined) throw new Error(`release ${wanted.pushId} is neither new nor there`)
      return found
    },
    async settleRelease(pushId, state) {
      const settled = await sql<AsOf<{ release: Release }>>`
        UPDATE releases SET state = CASE WHEN state = 'pending' THEN ${state} ELSE state END
        WHERE push_id = ${pushId}
        RETURNING ${currentRevision} AS revision, ${release} AS release`.execute(db)
      const none = sql<{ revision: number }>`SELECT ${currentRevision} AS revision`
      return settled.rows[0] ?? { ...(await only(db, none)), release: undefined }
    },
  }
}

async function releaseBy(db: OpenTransaction, pushId: string): Promise<Release | undefined> {
  const row = await db
    .selectFrom('releases')
    .select(release.as('release'))
    .where('push_id', '=', pushId)
    .executeTakeFirst()
  return row?.release
}

async function insert(db: OpenTransaction, wanted: NewRelease): Promise<Release | undefined> {
  const { pushId, app, generation, state, user, arm, builder, refs } = wanted
  const inserted = await sql<{ release: Release }>`
    WITH next AS (
      INSERT INTO release_versions AS v VALUES (${app}, ${generation}, 1)
      ON CONFLICT (app, generation) DO UPDATE SET last = v.last + 1
      RETURNING last
    )
    INSERT INTO releases (push_id, app, generation, version, state, username, arm, builder, refs)
    SELECT ${pushId}, ${app}, ${generation}, last, ${state}, ${user}, ${arm}, ${builder},
      ${JSON.stringify(refs)}::json
    FROM next
    ON CONFLICT (push_id) DO NOTHING
    RETURNING ${release} AS release`.execute(db)
  return inserted.rows[0]?.release
}
