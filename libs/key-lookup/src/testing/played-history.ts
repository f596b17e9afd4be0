import type { Change, Snapshot } from '@keyrace/contracts'

/** What somebody asks the controller for. */
export interface Wish {
  readonly kind: Change['kind']
  readonly user: string
  readonly app: string
  readonly fingerprint: string
}

interface Rows {
  users: { username: string; isAdministrator: boolean }[]
  keys: { owner: string; fingerprint: string }[]
  apps: { app: string; generation: number; owner: string }[]
  grants: { app: string; username: string }[]
}

/**
 * What a controller makes of wishes: each one that can be fulfilled is a revision. Its tables are lists that are
 * gone through each time, unlike anything that a copy does.
 */
export function playHistory(wishes: readonly Wish[]): {
  readonly changes: readonly Change[]
  /** As of each revision, from 0. */
  readonly snapshots: readonly Snapshot[]
} {
  const rows: Rows = { users: [], keys: [], apps: [], grants: [] }
  const changes: Change[] = []
  const snapshots = [snapshotOf(rows)]
  for (const wish of wishes) {
    const change = fulfil(rows, wish, changes.length + 1)
    if (change === undefined) continue
    changes.push(change)
    snapshots.push(snapshotOf(rows))
  }
  return { changes, snapshots }
}

/** The revision is the generation of a new app as well: all that matters is that it is another one. */
function fulfil(
  rows: Rows,
  { kind, user, app: name, fingerprint }: Wish,
  revision: number,
): Change | undefined {
  const hasUser = rows.users.some(({ username }) => username === user)
  const app = rows.apps.find((row) => row.app === name)
  const key = rows.keys.find((row) => row.fingerprint === fingerprint)
  const grant = rows.grants.find((row) => row.app === name && row.username === user)
  if ((kind === 'createUser') === hasUser) return undefined
  switch (kind) {
    case 'createUser': {
      const isAdministrator = rows.users.length === 0
      rows.users.push({ username: user, isAdministrator })
      return { revision, kind, user, isAdministrator }
    }
    case 'deleteUser':
      if (rows.apps.some(({ owner }) => owner === user)) return undefined
      rows.users = rows.users.filter(({ username }) => username !== user)
      rows.keys = rows.keys.filter(({ owner }) => owner !== user)
      rows.grants = rows.grants.filter(({ username }) => username !== user)
      return { revision, kind, user }
    case 'addKey':
      if (key !== undefined) return undefined
      rows.keys.push({ owner: user, fingerprint })
      return { revision, kind, user, fingerprint }
    case 'removeKey':
      if (key?.owner !== user) return undefined
      rows.keys = rows.keys.filter((row) => row !== key)
      return { revision, kind, user, fingerprint }
    case 'createApp':
      if (app !== undefined) return undefined
      rows.apps.push({ app: name, generation: revision, owner: user })
      return { revision, kind, app: name, generation: revision, owner: user }
  }
  if (app === undefined) return undefined
  const about = { revision, app: name, generation: app.generation }
  switch (kind) {
    case 'deleteApp':
      rows.apps = rows.apps.filter((row) => row !== app)
      rows.grants = rows.grants.filter((row) => row.app !== name)
      return { ...about, kind }
    case 'transferApp':
      app.owner = user
      return { ...about, kind, owner: user }
    case 'grant':
      if (grant !== undefined) return undefined
      rows.grants.push({ app: name, username: user })
      return { ...about, kind, user }
    case 'revokeGrant':
      if (grant === undefined) return undefined
      rows.grants = rows.grants.filter((row) => row !== grant)
      return { ...about, kind, user }
  }
}

function snapshotOf({ users, keys, apps, grants }: Rows): Snapshot {
  return {
    users: users.map((user) => ({
      ...user,
      keys: keys
        .filter(({ owner }) => owner === user.username)
        .map(({ fingerprint }) => fingerprint),
    })),
    apps: apps.map((app) => ({
      ...app,
      users: grants.filter((grant) => grant.app === app.app).map(({ username }) => username),
    })),
  }
}
