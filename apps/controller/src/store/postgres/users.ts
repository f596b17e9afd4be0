import type { Store, Transaction, User } from '../store.ts'
import type { Connection, Database, OpenTransaction } from './database.ts'

export function userReads(db: Connection): Pick<Store, 'userByToken' | 'passwordHash'> {
  return {
    async userByToken(hash) {
      const row = await db
        .selectFrom('tokens')
        .innerJoin('users', 'users.username', 'tokens.username')
        .select(['users.username', 'users.is_administrator'])
        .where('tokens.hash', '=', hash)
        .executeTakeFirst()
      return row && userFrom(row)
    },
    async passwordHash(username) {
      const row = await db
        .selectFrom('users')
        .select('password_hash')
        .where('username', '=', username)
        .executeTakeFirst()
      return row?.password_hash ?? undefined
    },
  }
}

type UserWrites = Pick<
  Transaction,
  'claimAdministration' | 'insertUser' | 'insertToken' | 'lockUser' | 'ownsApps' | 'deleteUser'
>

export function userWrites(db: OpenTransaction): UserWrites {
  return {
    async claimAdministration() {
      const claimed = await db
        .updateTable('installation')
        .set({ administration_claimed: true })
        .where('administration_claimed', '=', false)
        .returning('epoch')
        .executeTakeFirst()
      return claimed !== undefined
    },
    async insertUser({ username, isAdministrator, passwordHash = null }) {
      const inserted = await db
        .insertInto('users')
        .values({ username, is_administrator: isAdministrator, password_hash: passwordHash })
        .onConflict((conflict) => conflict.doNothing())
        .returning('username')
        .executeTakeFirst()
      return inserted !== undefined
    },
    async insertToken(hash, username) {
      const inserted = await db
        .insertInto('tokens')
        .values({ hash, username })
        .onConflict((conflict) => conflict.doNothing())
        .returning('hash')
        .executeTakeFirst()
      return inserted !== undefined
    },
    async lockUser(username, mode) {
      const row = await db
        .selectFrom('users')
        .select(['username', 'is_administrator'])
        .where('username', '=', username)
        .$if(mode === 'share', (query) => query.forShare())
        .$if(mode === 'update', (query) => query.forUpdate())
        .executeTakeFirst()
      return row && userFrom(row)
    },
    async ownsApps(username) {
      const app = await db
        .selectFrom('apps')
        .select('name')
        .where('owner', '=', username)
        .limit(1)
        .executeTakeFirst()
      return app !== undefined
    },
    async deleteUser(username) {
      await db.deleteFrom('grants').where('username', '=', username).execute()
      const keys = await db
        .deleteFrom('keys')
        .where('owner', '=', username)
        .returning('fingerprint')
        .execute()
      await db.deleteFrom('tokens').where('username', '=', username).execute()
      await db.deleteFrom('users').where('username', '=', username).execute()
      return keys.map(({ fingerprint }) => fingerprint).sort()
    },
  }
}

function userFrom(row: Pick<Database['users'], 'username' | 'is_administrator'>): User {
  return { username: row.username, isAdministrator: row.is_administrator }
}
