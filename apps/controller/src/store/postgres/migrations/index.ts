import { type Kysely, sql } from 'kysely'
import type { Migration, MigrationProvider } from 'kysely/migration'
import { revision } from './001-revision.ts'
import { users } from './002-users.ts'
import { keys } from './003-keys.ts'
import { apps } from './004-apps.ts'
import { releases } from './005-releases.ts'
import { terms } from './006-terms.ts'

/** In the order of their names. One that has been released is not changed any more. */
export const migrations: MigrationProvider = {
  getMigrations: async () => ({
    '001-revision': migration(revision),
    '002-users': migration(users),
    '003-keys': migration(keys),
    '004-apps': migration(apps),
    '005-releases': migration(releases),
    '006-terms': migration(terms),
  }),
}

function migration(statements: string): Migration {
  return {
    async up(db: Kysely<unknown>) {
      await sql.raw(statements).execute(db)
    },
  }
}
