import type { Change, Snapshot } from '@keyrace/contracts'

/** What a copy holds: a snapshot, laid out for looking up in it and for changing it in place. */
export interface CopyContents {
  readonly users: Map<string, CopiedUser>
  /** By fingerprint. */
  readonly userOf: Map<string, string>
  readonly apps: Map<string, CopiedApp>
}

interface CopiedUser {
  readonly isAdministrator: boolean
  /** Fingerprints. */
  readonly keys: Set<string>
}

interface CopiedApp {
  readonly generation: number
  owner: string
  /** With a grant. */
  readonly users: Set<string>
}

export function contentsOf(snapshot: Snapshot): CopyContents {
  const contents: CopyContents = { users: new Map(), userOf: new Map(), apps: new Map() }
  for (const { username, isAdministrator, keys } of snapshot.users) {
    contents.users.set(username, { isAdministrator, keys: new Set(keys) })
    for (const key of keys) contents.userOf.set(key, username)
  }
  for (const { app, generation, owner, users } of snapshot.apps) {
    contents.apps.set(app, { generation, owner, users: new Set(users) })
  }
  return contents
}

/** In place. Touches only what the change is about; for a deleted user it goes through the apps. */
export function applyChange({ users, userOf, apps }: CopyContents, change: Change): void {
  switch (change.kind) {
    case 'createUser':
      users.set(change.user, { isAdministrator: change.isAdministrator, keys: new Set() })
      break
    case 'deleteUser':
      for (const key of users.get(change.user)?.keys ?? []) userOf.delete(key)
      for (const app of apps.values()) app.users.delete(change.user)
      users.delete(change.user)
      break
    case 'addKey':
      users.get(change.user)?.keys.add(change.fingerprint)
      userOf.set(change.fingerprint, change.user)
      break
    case 'removeKey':
      users.get(change.user)?.keys.delete(change.fingerprint)
      userOf.delete(change.fingerprint)
      break
    case 'createApp':
      apps.set(change.app, {
        generation: change.generation,
        owner: change.owner,
        users: new Set(),
      })
      break
    case 'deleteApp':
      apps.delete(change.app)
      break
    case 'transferApp': {
      const app = apps.get(change.app)
      if (app !== undefined) app.owner = change.owner
      break
    }
    case 'grant':
      apps.get(change.app)?.users.add(change.user)
      break
    case 'revokeGrant':
      apps.get(change.app)?.users.delete(change.user)
      break
  }
}
