import type { Release, ReleasedRefs } from '@keyrace/contracts'
import { sql } from 'kysely'
import type {
  AsOf,
  NewRelease,
  ReleasedRefsReads,
  ReleaseWrites,
  Store,
  Transaction,
} from '../store.ts'
import type { Connection } from './database.ts'
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

/** In a transaction, or alone. */
export function releasedRefsReads(db: Connection): ReleasedRefsReads {
  return {
    async releasedRefs({ arm, app, generation, before = null }) {
      const { refs } = await only(
        db,
        sql<{ refs: ReleasedRefs }>`
          SELECT coalesce(json_object_agg(ref, sha), '{}') AS refs FROM (
            SELECT DISTINCT ON (moved->>'ref') moved->>'ref' AS ref, moved->>'new' AS sha
            FROM releases, json_array_elements(refs) AS moved
            WHERE arm = ${arm} AND app = ${app} AND generation = ${generation}
              AND state <> 'abandoned' AND version < coalesce(${before}::integer, version + 1)
            ORDER BY moved->>'ref', version DESC) AS latest`,
      )
      return refs
    },
  }
}

/** In a transaction, or each statement in one of its own. */
export function releaseWrites(db: Connection): ReleaseWrites & Pick<Transaction, 'release'> {
  return {
    release: (pushId) => releaseBy(db, pushId),
    async insertRelease(wanted) {
      const made = (await insert(db, wanted)) ?? (await releaseBy(db, wanted.pushId))
      if (made === undefined) throw new Error(`release ${wanted.pushId} is neither new nor there`)
      return made
    },
    async settleRelease(pushId, state) {
      const settled = await sql<Made>`
        UPDATE releases SET state = CASE WHEN state = 'pending' THEN ${state} ELSE state END
        WHERE push_id = ${pushId}
        RETURNING ${currentRevision} AS revision, ${release} AS release`.execute(db)
      const none = sql<{ revision: number }>`SELECT ${currentRevision} AS revision`
      return settled.rows[0] ?? { ...(await only(db, none)), release: undefined }
    },
  }
}

type Made = AsOf<{ release: Release }>

function releaseBy(db: Connection, pushId: string): Promise<Made | undefined> {
  return db
    .selectFrom('releases')
    .select(['revision', release.as('release')])
    .where('push_id', '=', pushId)
    .executeTakeFirst()
}

// A statement of its own after the one that took locks: the revision is one at which what is locked stands.
async function insert(db: Connection, wanted: NewRelease): Promise<Made | undefined> {
  const { pushId, app, generation, state, user, arm, builder, refs } = wanted
  const inserted = await sql<Made>`
    WITH next AS (
      INSERT INTO release_versions AS v
      SELECT ${app}, ${generation}::integer, 1
      WHERE NOT EXISTS (SELECT FROM releases WHERE push_id = ${pushId})
      ON CONFLICT (app, generation) DO UPDATE SET last = v.last + 1
      RETURNING last
    )
    INSERT INTO releases
      (push_id, app, generation, version, state, username, arm, builder, refs, revision)
    SELECT ${pushId}, ${app}, ${generation}, last, ${state}, ${user}, ${arm}, ${builder},
      ${JSON.stringify(refs)}::json, ${currentRevision}
    FROM next
    ON CONFLICT (push_id) DO NOTHING
    RETURNING revision, ${release} AS release`.execute(db)
  return inserted.rows[0]
}
