import { sql } from 'kysely'
import type { Store } from '../store.ts'
import type { Connection } from './database.ts'

export function grantedTerms(db: Connection): Pick<Store, 'keptTermMs' | 'keepTerm'> {
  return {
    async keptTermMs(kind) {
      const row = await db
        .selectFrom('granted_terms')
        .select('longest_ms')
        .where('kind', '=', kind)
        .executeTakeFirst()
      return row?.longest_ms ?? 0
    },
    async keepTerm(kind, termMs) {
      await sql`
        INSERT INTO granted_terms AS kept (kind, longest_ms) VALUES (${kind}, ${termMs})
        ON CONFLICT (kind) DO UPDATE SET longest_ms = EXCLUDED.longest_ms
        WHERE kept.longest_ms < EXCLUDED.longest_ms`.execute(db)
    },
  }
}
