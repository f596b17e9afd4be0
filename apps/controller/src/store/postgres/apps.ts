import type { App, LatestGeneration } from '@keyrace/contracts'
import { type RawBuilder, sql } from 'kysely'
import type { Store, Transaction } from '../store.ts'
import type { Connection, Database, OpenTransaction } from './database.ts'
import { appJson, currentRevision, only } from './fragments.ts'

type AppReads = Pick<Store, 'appsOf' | 'app' | 'latestGeneration' | 'latestGenerations'>

export function appReads(db: Connection): AppReads {
  return {
    appsOf: (username) =>
      only(
        db,
        sql<{ revision: number; apps: App[] }>`
          SELECT ${currentRevision} AS revision, (
            SELECT coalesce(json_agg(json_build_object(
              'id', name, 'generation', generation, 'owner', owner
            ) ORDER BY name), '[]')
            FROM apps WHERE owner IS NOT NULL AND (
              owner = ${username}
              OR name IN (SELECT app FROM grants WHERE username = ${username})
              OR (SELECT is_administrator FROM users WHERE username = ${username})
            )) AS apps`,
      ),
    async app(name) {
      const row = await only(
        db,
        sql<{ revision: number; app: App | null; grantees: string[] }>`
          SELECT ${currentRevision} AS revision, ${appJson(name)} AS app,
            ARRAY(SELECT username FROM grants WHERE app = ${name} ORDER BY username) AS grantees`,
      )
      return { ...row, app: row.app ?? undefined }
    },
    async latestGeneration(name) {
      const { revision, generations } = await only(db, latest(sql`name = ${name}`))
      return { revision, latest: generations[0] }
    },
    latestGenerations: () => only(db, latest(sql`true`)),
  }
}

function latest(where: RawBuilder<unknown>) {
  return sql<{ revision: number; generations: LatestGeneration[] }>`
    SELECT ${currentRevision} AS revision, (
      SELECT coalesce(json_agg(json_build_object(
        'app', name, 'generation', generation, 'stands', owner IS NOT NULL
      ) ORDER BY name), '[]')
      FROM apps WHERE ${where}) AS generations`
}

type AppWrites = Pick<
  Transaction,
  'insertApp' | 'lockApp' | 'transferApp' | 'deleteApp' | 'insertGrant' | 'deleteGrant'
>

export function appWrites(db: OpenTransaction): AppWrites {
  return {
    async insertApp(name, owner) {
      const inserted = await db
        .insertInto('apps')
        .values({ name, generation: 1, owner })
        .onConflict((conflict) =>
          conflict
            .column('name')
            .doUpdateSet(({ ref }) => ({
              generation: sql`${ref('apps.generation')} + 1`,
              owner: ref('excluded.owner'),
            }))
            .where('apps.owner', 'is', null),
        )
        .returning('generation')
        .executeTakeFirst()
      return inserted?.generation
    },
    async lockApp(name, mode) {
      const row = await db
        .selectFrom('apps')
        .selectAll()
        .where('name', '=', name)
        .$if(mode === 'share', (query) => query.forShare())
        .$if(mode === 'update', (query) => query.forUpdate())
        .executeTakeFirst()
      return row && liveApp(row)
    },
    async transferApp(name, owner) {
      await db.updateTable('apps').set({ owner }).where('name', '=', name).execute()
    },
    async deleteApp(name) {
      await db.updateTable('apps').set({ owner: null }).where('name', '=', name).execute()
      await db.deleteFrom('grants').where('app', '=', name).execute()
    },
    async insertGrant(app, username) {
      const inserted = await db
        .insertInto('grants')
        .values({ app, username })
        .onConflict((conflict) => conflict.doNothing())
        .returning('app')
        .executeTakeFirst()
      return inserted !== undefined
    },
    async deleteGrant(app, username) {
      const deleted = await db
        .deleteFrom('grants')
        .where('app', '=', app)
        .where('username', '=', username)
        .returning('app')
        .executeTakeFirst()
      return deleted !== undefined
    },
  }
}

function liveApp({ name, generation, owner }: Database['apps']): App | undefined {
  return owner === null ? undefined : { id: name, generation, owner }
}
