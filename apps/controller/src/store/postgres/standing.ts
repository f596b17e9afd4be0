import type { Key } from '@keyrace/contracts'
import { type RawBuilder, sql } from 'kysely'
import { type AsOf, type Standing, StoreError, type Subject } from '../store.ts'
import type { Connection, OpenTransaction } from './database.ts'
import { currentRevision, keysJson, only } from './fragments.ts'

const unlocked = sql``
const forShare = sql`FOR SHARE`
const lockAttempts = 5

export async function readStanding(db: Connection, subject: Subject): Promise<AsOf<Standing>> {
  const query = sql<Row>`SELECT ${currentRevision} AS revision, ${columns(subject, unlocked)}`
  return standingFrom(await only(db, query))
}

export async function readStandingWithKeys(db: Connection, subject: { app: string; user: string }) {
  const query = sql<Row & { keys: Key[] }>`
    SELECT ${currentRevision} AS revision, ${columns(subject, unlocked)},
      ${keysJson(sql`owner = ${subject.user}`)} AS keys`
  const row = await only(db, query)
  return { ...standingFrom(row), keys: row.keys }
}

/**
 * A lock may have been waited for, and then shows newer rows than the rest of its statement, the
 * revision among them. So it is locked first, then read in a snapshot of its own; what is there then
 * but was not when locks were taken (a new grant, say) makes it start over.
 */
export async function lockStanding(
  transaction: OpenTransaction,
  subject: Subject,
): Promise<AsOf<Standing>> {
  for (let attempt = 0; attempt < lockAttempts; attempt++) {
    const query = sql<Row>`SELECT ${currentRevision} AS revision, ${columns(subject, forShare)}`
    const locked = await only(transaction, query)
    const seen = await readStanding(transaction, subject)
    if (isSame(standingFrom(locked), seen)) return seen
  }
  throw new StoreError('contention', `what ${subject.user} may do to ${subject.app} keeps changing`)
}

type Row = AsOf<{ [Name in keyof Standing]: Standing[Name] | null }>

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

function standingFrom({ revision, app, user, granted, keyOwner }: Row): AsOf<Standing> {
  return {
    revision,
    app: app ?? undefined,
    user: user ?? undefined,
    granted: granted ?? false,
    keyOwner: keyOwner ?? undefined,
  }
}

function isSame(a: AsOf<Standing>, b: AsOf<Standing>): boolean {
  return JSON.stringify({ ...a, revision: 0 }) === JSON.stringify({ ...b, revision: 0 })
}
