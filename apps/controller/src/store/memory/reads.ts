import type {
  App,
  AuditEntry,
  Key,
  LatestGeneration,
  Release,
  ReleasedRefs,
  Snapshot,
} from '@keyrace/contracts'
import { md5Fingerprint, parsePublicKey } from '@keyrace/public-key'
import { changesFrom } from '../changes.ts'
import type { ReleasesOf, ReleaseWrites, Standing, Store, Subject, User } from '../store.ts'
import { grantKey, type ReleaseRow, revisionOf, type Table, type Tables } from './tables.ts'

export type Reads = Omit<
  Store,
  'epoch' | 'barrier' | 'keepTerm' | 'transaction' | 'close' | keyof ReleaseWrites
>

/** Each read happens in one instant: nothing is awaited between its parts. */
export function createReads(tables: Tables, pause: () => Promise<void>): Reads {
  return {
    async revision() {
      await pause()
      return revisionOf(tables)
    },
    async keptTermMs(kind) {
      await pause()
      return tables.terms.get(kind) ?? 0
    },
    async userByToken(tokenHash) {
      await pause()
      const token = tables.tokens.get(tokenHash)
      return token && userOf(tables, token.username)
    },
    async passwordHash(username) {
      await pause()
      return tables.users.get(username)?.passwordHash
    },
    async keysOf(username) {
      await pause()
      return { keys: keysOf(tables, username), revision: revisionOf(tables) }
    },
    async appsOf(username) {
      await pause()
      return { apps: appsOf(tables, username), revision: revisionOf(tables) }
    },
    async app(name) {
      await pause()
      const app = liveApp(tables, name)
      return { app, grantees: app ? granteesOf(tables, name) : [], revision: revisionOf(tables) }
    },
    async latestGeneration(name) {
      await pause()
      return { latest: latestOf(tables, name), revision: revisionOf(tables) }
    },
    async latestGenerations() {
      await pause()
      const generations = [...tables.apps.values()].flatMap(({ id }) => latestOf(tables, id) ?? [])
      return { generations: generations.sort(by(({ app }) => app)), revision: revisionOf(tables) }
    },
    async standing(subject) {
      await pause()
      return { ...standingOf(tables, subject), revision: revisionOf(tables) }
    },
    async standingWithKeys(subject) {
      await pause()
      const keys = keysOf(tables, subject.user)
      return { ...standingOf(tables, subject), keys, revision: revisionOf(tables) }
    },
    async keyOwner(fingerprint, app) {
      await pause()
      const key = keyBy(tables, fingerprint)
      const owner = key && {
        username: key.owner,
        apps: appsOf(tables, key.owner).map(({ id }) => id),
      }
      const generation = app === undefined ? undefined : liveApp(tables, app)?.generation
      return { owner, generation, revision: revisionOf(tables) }
    },
    async appKeys(name) {
      await pause()
      const app = liveApp(tables, name)
      const keys = app === undefined ? [] : keysOfPushers(tables, app)
      return { app, keys, revision: revisionOf(tables) }
    },
    async names() {
      await pause()
      const { users, apps } = snapshotOf(tables)
      return {
        users: users.map(({ username }) => username),
        apps: apps.map(({ app }) => app),
        revision: revisionOf(tables),
      }
    },
    async snapshot() {
      await pause()
      return { json: JSON.stringify(snapshotOf(tables)), revision: revisionOf(tables) }
    },
    async changes(after, limit) {
      await pause()
      const revision = revisionOf(tables)
      return changesFrom(mutationsAfter(tables, after, limit), { limit, revision })
    },
    async auditLog(after, limit) {
      await pause()
      return mutationsAfter(tables, after, limit)
    },
    async releasesOf({ id, generation }) {
      await pause()
      return select(
        tables.releases,
        (release) => release.app === id && release.generation === generation,
      )
        .map(releaseOf)
        .sort((a, b) => b.version - a.version)
    },
    async releasedRefs(of) {
      await pause()
      return releasedRefsOf(tables, of)
    },
    async pendingReleases(arm, builder) {
      await pause()
      const releases = select(
        tables.releases,
        (row) => row.state === 'pending' && row.arm === arm && row.builder === builder,
      )
      return { releases: releases.map(releaseOf), revision: revisionOf(tables) }
    },
  }
}

export function userOf({ users }: Tables, username: string): User | undefined {
  const row = users.get(username)
  return row && { username, isAdministrator: row.isAdministrator }
}

export function liveApp({ apps }: Tables, name: string): App | undefined {
  const { owner, ...row } = apps.get(name) ?? {}
  return owner === undefined || !('id' in row) ? undefined : { ...row, owner }
}

function latestOf({ apps }: Tables, name: string): LatestGeneration | undefined {
  const row = apps.get(name)
  return row && { app: name, generation: row.generation, stands: row.owner !== undefined }
}

export function standingOf(tables: Tables, { app, user, fingerprint }: Subject): Standing {
  const keyOwner = fingerprint === undefined ? undefined : tables.keys.get(fingerprint)?.owner
  const username = user ?? keyOwner ?? ''
  return {
    app: liveApp(tables, app),
    user: userOf(tables, username),
    granted: tables.grants.get(grantKey(app, username)) !== undefined,
    keyOwner,
  }
}

export function releaseOf({ arm, revision, ...release }: ReleaseRow): Release {
  return release
}

export function releasedRefsOf({ releases }: Tables, of: ReleasesOf): ReleasedRefs {
  const { arm, app, generation, before = Number.POSITIVE_INFINITY } = of
  const earlier = select(releases, (release) => {
    const isOfApp = release.app === app && release.generation === generation
    return release.arm === arm && isOfApp && release.version < before
  })
  const moves = earlier
    .filter(({ state }) => state !== 'abandoned')
    .sort((a, b) => a.version - b.version)
    .flatMap(({ refs }) => refs)
  return Object.fromEntries(moves.map(({ ref, new: sha }) => [ref, sha]))
}

function keyBy({ keys }: Tables, fingerprint: string): Key | undefined {
  if (fingerprint.startsWith('SHA256:')) return keys.get(fingerprint)
  return select(keys, (key) => md5Of(key) === fingerprint)[0]
}

function md5Of(key: Key): string | undefined {
  const publicKey = parsePublicKey(key.public)
  return publicKey && md5Fingerprint(publicKey)
}

function keysOf({ keys }: Tables, username: string): Key[] {
  return sorted(select(keys, ({ owner }) => owner === username))
}

function sorted(keys: readonly Key[]): Key[] {
  return keys.toSorted(by(({ id }) => id))
}

function keysOfPushers(tables: Tables, { id, owner }: App): Key[] {
  const grantees = granteesOf(tables, id)
  const administrators = select(tables.users, ({ isAdministrator }) => isAdministrator)
  const pushers = new Set([owner, ...grantees, ...administrators.map(({ username }) => username)])
  return [...pushers].sort().flatMap((username) => keysOf(tables, username))
}

function appsOf(tables: Tables, username: string): App[] {
  const everywhere = tables.users.get(username)?.isAdministrator === true
  return liveApps(tables).filter(
    ({ id, owner }) =>
      everywhere || owner === username || tables.grants.get(grantKey(id, username)) !== undefined,
  )
}

function liveApps(tables: Tables): App[] {
  return [...tables.apps.values()]
    .flatMap(({ id }) => liveApp(tables, id) ?? [])
    .sort(by(({ id }) => id))
}

function granteesOf({ grants }: Tables, name: string): string[] {
  return select(grants, ({ app }) => app === name)
    .map(({ username }) => username)
    .sort()
}

function snapshotOf(tables: Tables): Snapshot {
  const users = [...tables.users.values()].sort(by(({ username }) => username))
  const keys = Map.groupBy(tables.keys.values(), ({ owner }) => owner)
  return {
    users: users.map(({ username, isAdministrator }) => ({
      username,
      isAdministrator,
      keys: sorted(keys.get(username) ?? []).map(({ fingerprint }) => fingerprint),
    })),
    apps: liveApps(tables).map(({ id, generation, owner }) => ({
      app: id,
      generation,
      owner,
      users: granteesOf(tables, id),
    })),
  }
}

/** Revisions have no gaps. */
function mutationsAfter(tables: Tables, after: number, limit: number): AuditEntry[] {
  const count = Math.min(limit, Math.max(0, revisionOf(tables) - after))
  return Array.from({ length: count }, (_, index) =>
    tables.auditLog.get(`${after + 1 + index}`),
  ).filter((entry) => entry !== undefined)
}

function select<Row>(table: Table<Row>, wanted: (row: Row) => boolean): Row[] {
  return [...table.values()].filter(wanted)
}

function by<Row>(key: (row: Row) => string): (a: Row, b: Row) => number {
  return (a, b) => (key(a) < key(b) ? -1 : Number(key(a) > key(b)))
}
