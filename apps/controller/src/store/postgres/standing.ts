import type { Key } from '@keyrace/contracts'
import { type RawBuilder, sql } from 'kysely'
import type { AsOf, Standing, Subject } from '../store.ts'
import type { Connection, OpenTransaction } from './database.ts'
import { currentRevision, keysJson, only } from './fragments.ts'

const unlocked = sql``
const forShare = sql`FOR SHARE`

export async function readStanding(db: Connection, subject: Subject): Promise<AsOf<Standing>> {
  const query = sql<AsOf<Row>>`
    SELECT ${currentRevision} AS revision, ${columns(subject, unlocked)}`
  const { revision, ...row } = await only(db, query)
  return { ...standingFrom(row), revision }
}

export async function readStandingWithKeys(db: Connection, subject: { app: string; user: string }) {
  const query = sql<AsOf<Row & { keys: Key[] }>>`
    SELECT ${currentRevision} AS revision, ${columns(subject, unlocked)},
      ${keysJson(sql`owner = ${subject.user}`)} AS keys`
  const { revision, keys, ...row } = await only(db, query)
  return { ...standingFrom(row), keys, revision }
}

/**
 * A lock may have been waited for, and then shows newer rows than its statement's snapshot has. So no
 * revision is read here: the next statement's snapshot has one that goes with what is locked.
 */
export async function lockStanding(db: OpenTransaction, subject: Subject): Promise<Standing> {
  return standingFrom(await only(db, sql<Row>`SELECT ${columns(subject, forShare)}`))
}

type Row = { [Name in keyof Standing]: Standing[Name] | null }

// Postgres evaluates these one after the other as they are needed: in this order, which is the order
// of locks.
function columns({ app, user, ...subject }: Subject, lock: RawBuilder<unknown>) {
  const fingerprint = subject.fingerprint ?? null
  const username = user ?? sql`(SELECT owner FROM keys WHERE fingerprint = ${fingerprint})`
  return sql`
    (SELECT json_build_object('id', name, 'generation', generation, 'owner', owner)
      FROM apps WHERE name = ${app} AND owner IS NOT NULL ${lock}) AS app,
    (SELECT json_build_object('username', username, 'isAdministrator', is_administrator)
      FROM users WHERE username = ${username} ${lock}) AS "user",
    (SELECT true FROM grants WHERE app = ${app} AND username = ${username} ${lock}) AS granted,
    (SELECT owner FROM keys WHERE fingerprint = ${fingerprint} ${lock}) AS "keyOwner"`
}

function standingFrom({ app, user, granted, keyOwner }: Row): Standing {
  return {
    app: app ?? undefined,
    user: user ?? undefined,
    granted: granted ?? false,
    keyOwner: keyOwner ?? undefined,
  }
}
