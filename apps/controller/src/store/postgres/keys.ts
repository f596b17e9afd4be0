import type { App, Key, KeyOwner } from '@keyrace/contracts'
import { type RawBuilder, sql } from 'kysely'
import type { Store, Transaction } from '../store.ts'
import type { Connection, OpenTransaction } from './database.ts'
import { appJson, currentRevision, keysJson, only } from './fragments.ts'

export function keyReads(db: Connection): Pick<Store, 'keysOf' | 'keyOwner' | 'appKeys'> {
  return {
    keysOf: (username) =>
      only(
        db,
        sql<{ revision: number; keys: Key[] }>`
          SELECT ${currentRevision} AS revision, ${keysJson(sql`owner = ${username}`)} AS keys`,
      ),
    async keyOwner(fingerprint, app) {
      const { revision, owner, generation } = await only(db, keyOwnerQuery(fingerprint, app))
      return { revision, owner: owner ?? undefined, generation: generation ?? undefined }
    },
    async appKeys(name) {
      const row = await only(
        db,
        sql<{ revision: number; app: App | null; keys: Key[] }>`
          SELECT ${currentRevision} AS revision, ${appJson(name)} AS app,
            ${keysJson(sql`owner IN ${pushersOf(name)}`)} AS keys`,
      )
      // Administrators may push to every app, and there is none.
      return row.app === null ? { ...row, app: undefined, keys: [] } : { ...row, app: row.app }
    },
  }
}

function keyOwnerQuery(fingerprint: string, app: string | undefined) {
  return sql<{ revision: number; owner: KeyOwner | null; generation: number | null }>`
    SELECT ${currentRevision} AS revision,
      (SELECT json_build_object('username', username, 'apps', CASE WHEN is_administrator
        THEN ARRAY(SELECT name FROM apps WHERE owner IS NOT NULL ORDER BY name)
        ELSE ARRAY(
          SELECT name FROM apps WHERE owner = username
          UNION SELECT app FROM grants WHERE grants.username = users.username ORDER BY name
        ) END)
        FROM keys JOIN users ON username = owner WHERE ${isKey(fingerprint)} LIMIT 1) AS owner,
      (SELECT generation FROM apps WHERE name = ${app ?? null} AND owner IS NOT NULL) AS generation`
}

/** The MD5 form has an index on this very expression. */
function isKey(fingerprint: string): RawBuilder<boolean> {
  if (fingerprint.startsWith('SHA256:')) return sql`fingerprint = ${fingerprint}`
  const digest = fingerprint.replaceAll(':', '')
  return sql`md5(decode(split_part(public, ' ', 2), 'base64')) = ${digest}`
}

function pushersOf(app: string): RawBuilder<string> {
  return sql`(
    SELECT owner FROM apps WHERE name = ${app}
    UNION SELECT username FROM grants WHERE app = ${app}
    UNION SELECT username FROM users WHERE is_administrator)`
}

export function keyWrites(db: OpenTransaction): Pick<Transaction, 'insertKey' | 'deleteKey'> {
  return {
    async insertKey({ id, owner, public: line, fingerprint }) {
      const inserted = await db
        .insertInto('keys')
        .values({ name: id, owner, public: line, fingerprint })
        .onConflict((conflict) => conflict.doNothing())
        .returning('fingerprint')
        .executeTakeFirst()
      if (inserted !== undefined) return undefined
      const inUse = await db
        .selectFrom('keys')
        .select('fingerprint')
        .where('fingerprint', '=', fingerprint)
        .executeTakeFirst()
      return inUse === undefined ? 'key-name-taken' : 'key-in-use'
    },
    deleteKey: (owner, name) =>
      db
        .deleteFrom('keys')
        .where('owner', '=', owner)
        .where('name', '=', name)
        .returning(['name as id', 'owner', 'public', 'fingerprint'])
        .executeTakeFirst(),
  }
}
