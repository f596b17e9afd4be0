import type { Key } from '@keyrace/contracts'
import type { LockMode, Transaction } from '../store.ts'
import type { RowLocks } from './locks.ts'
import { liveApp, releasedRefsOf, releaseOf, standingOf, userOf } from './reads.ts'
import {
  grantKey,
  nameKey,
  type ReleaseRow,
  revisionOf,
  versionKey,
  type WritableTables,
} from './tables.ts'

export interface TransactionDeps {
  /** Whose locks they are. */
  readonly holder: object
  /** The tables as this transaction sees them. */
  readonly tables: WritableTables
  readonly locks: RowLocks
  readonly pause: () => Promise<void>
  readonly timestamp: () => string
}

export function createTransaction(deps: TransactionDeps): Transaction {
  const { holder, tables, locks, pause, timestamp } = deps
  const { users, tokens, keys, keyNames, apps, grants, releases, versions, counters, auditLog } =
    tables

  return {
    async revision() {
      await pause()
      return revisionOf(tables)
    },

    async claimAdministration() {
      await lock('administration', 'update')
      if (counters.get('administration') !== undefined) return false
      counters.set('administration', 1)
      return true
    },
    async insertUser(user) {
      await lock(`user ${user.username}`, 'update')
      if (users.get(user.username) !== undefined) return false
      users.set(user.username, user)
      return true
    },
    async insertToken(tokenHash, username) {
      await lock(`token ${tokenHash}`, 'update')
      if (tokens.get(tokenHash) !== undefined) return false
      tokens.set(tokenHash, { tokenHash, username })
      return true
    },
    async lockUser(username, mode) {
      await lock(`user ${username}`, mode)
      return userOf(tables, username)
    },
    async ownsApps(username) {
      await pause()
      return [...apps.values()].some(({ owner }) => owner === username)
    },
    async deleteUser(username) {
      const granted = [...grants.values()].filter((grant) => grant.username === username)
      for (const { app } of granted) {
        await lock(`grant ${grantKey(app, username)}`, 'update')
        grants.delete(grantKey(app, username))
      }
      const owned = [...keys.values()].filter(({ owner }) => owner === username)
      for (const key of owned) {
        await lock(`key ${key.fingerprint}`, 'update')
        removeKey(key)
      }
      for (const token of [...tokens.values()].filter((row) => row.username === username)) {
        tokens.delete(token.tokenHash)
      }
      users.delete(username)
      return owned.map(({ fingerprint }) => fingerprint).sort()
    },

    async insertKey(key) {
      await lock(`key name ${nameKey(key.owner, key.id)}`, 'update')
      await lock(`key ${key.fingerprint}`, 'update')
      if (keys.get(key.fingerprint) !== undefined) return 'key-in-use'
      const name = nameKey(key.owner, key.id)
      if (keyNames.get(name) !== undefined) return 'key-name-taken'
      keys.set(key.fingerprint, key)
      keyNames.set(name, key.fingerprint)
      return undefined
    },
    async deleteKey(owner, name) {
      await lock(`key name ${nameKey(owner, name)}`, 'update')
      const key = keys.get(keyNames.get(nameKey(owner, name)) ?? '')
      if (key === undefined) return undefined
      await lock(`key ${key.fingerprint}`, 'update')
      removeKey(key)
      return key
    },

    async insertApp(name, owner) {
      await lock(`app ${name}`, 'update')
      if (liveApp(tables, name) !== undefined) return undefined
      const generation = (apps.get(name)?.generation ?? 0) + 1
      apps.set(name, { id: name, generation, owner })
      return generation
    },
    async lockApp(name, mode) {
      await lock(`app ${name}`, mode)
      return liveApp(tables, name)
    },
    async transferApp(name, owner) {
      await pause()
      const app = apps.get(name)
      if (app !== undefined) apps.set(name, { ...app, owner })
    },
    async deleteApp(name) {
      await pause()
      const app = apps.get(name)
      if (app !== undefined) apps.set(name, { ...app, owner: undefined })
      for (const { username } of [...grants.values()].filter((grant) => grant.app === name)) {
        await lock(`grant ${grantKey(name, username)}`, 'update')
        grants.delete(grantKey(name, username))
      }
    },

    async insertGrant(app, username) {
      const key = grantKey(app, username)
      await lock(`grant ${key}`, 'update')
      if (grants.get(key) !== undefined) return false
      grants.set(key, { app, username })
      return true
    },
    async deleteGrant(app, username) {
      const key = grantKey(app, username)
      await lock(`grant ${key}`, 'update')
      if (grants.get(key) === undefined) return false
      grants.delete(key)
      return true
    },

    async lockStanding(subject) {
      const { app, user, fingerprint } = subject
      await lock(`app ${app}`, 'share')
      if (user !== undefined) {
        await lock(`user ${user}`, 'share')
        await lock(`grant ${grantKey(app, user)}`, 'share')
      }
      if (fingerprint !== undefined) await lock(`key ${fingerprint}`, 'share')
      return standingOf(tables, subject)
    },
    async release(pushId) {
      await lock(`release ${pushId}`, 'share')
      const row = releases.get(pushId)
      return row && madeFrom(row)
    },
    async insertRelease(release) {
      const { pushId, app, generation } = release
      const counter = versionKey(app, generation)
      await lock(`versions ${counter}`, 'update')
      await lock(`release ${pushId}`, 'update')
      const known = releases.get(pushId)
      if (known !== undefined) return madeFrom(known)
      const version = (versions.get(counter) ?? 0) + 1
      const row = { ...release, version, revision: revisionOf(tables) }
      versions.set(counter, version)
      releases.set(pushId, row)
      return madeFrom(row)
    },
    async settleRelease(pushId, state) {
      await lock(`release ${pushId}`, 'update')
      const revision = revisionOf(tables)
      const row = releases.get(pushId)
      if (row === undefined) return { release: undefined, revision }
      const settled = row.state === 'pending' ? { ...row, state } : row
      releases.set(pushId, settled)
      return { release: releaseOf(settled), revision }
    },

    async releasedRefs(of) {
      await pause()
      return releasedRefsOf(tables, of)
    },

    insertRows: async () => false,

    async record(mutation) {
      await lock('revision', 'update')
      const revision = revisionOf(tables) + 1
      counters.set('revision', revision)
      auditLog.set(String(revision), { ...mutation, revision, at: timestamp() })
      return revision
    },
  }

  async function lock(row: string, mode: LockMode): Promise<void> {
    await pause()
    await locks.acquire(holder, row, mode)
  }

  function removeKey({ owner, id, fingerprint }: Key): void {
    keys.delete(fingerprint)
    keyNames.delete(nameKey(owner, id))
  }
}

function madeFrom(row: ReleaseRow) {
  return { release: releaseOf(row), revision: row.revision }
}
