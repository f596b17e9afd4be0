import { sql } from 'kysely'
import { changesFrom, type LoggedMutation } from '../changes.ts'
import type { AsOf, Store, Transaction } from '../store.ts'
import type { Connection, OpenTransaction } from './database.ts'
import { currentRevision, only } from './fragments.ts'

export function revisionReads(
  db: Connection,
): Pick<Store, 'revision' | 'barrier' | 'changes' | 'auditLog'> {
  return {
    revision: () => readRevision(db),
    async barrier() {
      // Until its end a mutation holds the row that it took its revision from.
      await sql`SELECT FROM revision FOR SHARE`.execute(db)
    },
    async changes(after, limit) {
      const { revision, mutations } = await only(db, mutationsAfter(after, limit))
      return changesFrom(mutations, { limit, revision })
    },
    async auditLog(after, limit) {
      const rows = await db
        .selectFrom('audit_log')
        .selectAll()
        .where('revision', '>', after)
        .orderBy('revision')
        .limit(limit)
        .execute()
      return rows.map(({ at, ...entry }) => ({ ...entry, at: at.toISOString() }))
    },
  }
}

export function revisionWrites(db: OpenTransaction): Pick<Transaction, 'revision' | 'record'> {
  return {
    revision: () => readRevision(db),
    async record({ kind, actor, subject }) {
      // Until it has counted what came in, the planner reads all keys to find those of one app.
      if (kind === 'import') await sql`ANALYZE users, keys, apps, grants`.execute(db)
      // The row stays locked until the commit, which is before the next mutation gets past it.
      const { revision } = await only(
        db,
        sql<{ revision: number }>`
          WITH next AS (UPDATE revision SET value = value + 1 RETURNING value)
          INSERT INTO audit_log (revision, kind, actor, subject)
          SELECT value, ${kind}, ${actor}, ${JSON.stringify(subject)}::json FROM next
          RETURNING revision`,
      )
      return revision
    },
  }
}

/** One statement, so that nothing is committed between the mutations and the revision. */
function mutationsAfter(after: number, limit: number) {
  return sql<AsOf<{ mutations: LoggedMutation[] }>>`
    SELECT ${currentRevision} AS revision, (
      SELECT coalesce(json_agg(json_build_object(
        'revision', revision, 'kind', kind, 'subject', subject
      ) ORDER BY revision), '[]')
      FROM (
        SELECT * FROM audit_log WHERE revision > ${after} ORDER BY revision LIMIT ${limit}
      ) AS first) AS mutations`
}

async function readRevision(db: Connection): Promise<number> {
  const { revision } = await only(
    db,
    sql<{ revision: number }>`SELECT ${currentRevision} AS revision`,
  )
  return revision
}
