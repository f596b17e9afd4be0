import { sql } from 'kysely'
import type { Store, Transaction } from '../store.ts'
import type { Connection, OpenTransaction } from './database.ts'
import { currentRevision, only } from './fragments.ts'

export function revisionReads(db: Connection): Pick<Store, 'revision' | 'auditLog'> {
  return {
    revision: () => readRevision(db),
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

async function readRevision(db: Connection): Promise<number> {
  const { revision } = await only(
    db,
    sql<{ revision: number }>`SELECT ${currentRevision} AS revision`,
  )
  return revision
}
