import { type Change, formatPosition, type Position, parsePosition } from '@keyrace/contracts'
import type { Clock } from '@keyrace/environment'
import { ageWithin } from './age.ts'
import { parseAuthorizedKeys, renderAuthorizedKeys } from './authorized-keys.ts'
import { continuation } from './continuation.ts'
import type { AuthorizationRequest, Decision, OfferedKey } from './key-lookup.ts'
import type { Keeper } from './read-changes.ts'

export type Allowed = Extract<Decision, { readonly kind: 'allowed' }>

/**
 * The keys that a builder has admitted, with the apps to which it has. Whatever is in it held at its position or
 * later: it holds still once everything is taken out that a change since may have ended.
 */
export interface AdmittedKeys extends Keeper {
  /** Undefined is a miss: it is not in it, or nothing is young enough. */
  user(key: OfferedKey): string | undefined
  recall(request: AuthorizationRequest): Allowed | undefined
  /** Puts in what the controller has allowed, unless a change that was taken out already may have ended it. */
  admit(request: AuthorizationRequest, decision: Allowed, sentAt: number): void
  clear(): void
  /** As an authorized_keys file, which says of which position it is. */
  render(): string
  /** Takes up what `render` wrote once. None of it is served before changes were applied to it. */
  restore(text: string): void
}

export interface AdmittedKeysOptions {
  readonly clock: Clock
  readonly boundMs: number
  /** Beyond that, whichever was admitted first is forgotten. */
  readonly maxEntries: number
}

interface AdmittedKey {
  readonly user: string
  readonly key: OfferedKey
  /** By name, with the revision as of which each was admitted. */
  readonly apps: Map<string, { readonly generation: number; readonly revision: number }>
}

/** So that no line of the file is longer than sshd reads. */
const mostAppsOfAKey = 100
const notePrefix = 'keyrace '

export function createAdmittedKeys({
  clock,
  boundMs,
  maxEntries,
}: AdmittedKeysOptions): AdmittedKeys {
  /** By fingerprint. */
  const keys = new Map<string, AdmittedKey>()
  let position: Position | undefined
  let sentAt = Number.NEGATIVE_INFINITY

  return {
    position: () => position,
    user: (key) => (ageWithin(clock, boundMs, sentAt) === undefined ? undefined : find(key)?.user),
    recall({ app, user, key }) {
      const copyAgeMs = ageWithin(clock, boundMs, sentAt)
      const known = find(key)
      const admission = known?.user === user ? known.apps.get(app) : undefined
      if (position === undefined || copyAgeMs === undefined || !admission) return undefined
      const revision = Math.max(position.revision, admission.revision)
      const provenance = { source: 'file', epoch: position.epoch, revision, copyAgeMs } as const
      return { kind: 'allowed', generation: admission.generation, ...provenance }
    },
    admit({ app, user, key }, { generation, epoch, revision }, askedAt) {
      if (position === undefined) {
        position = { epoch, revision }
        sentAt = askedAt
      }
      if (epoch !== position.epoch) return clear()
      if (revision < position.revision) return
      const known = find(key)
      const entry = known?.user === user ? known : { user, key, apps: new Map() }
      put(entry.apps, app, { generation, revision }, mostAppsOfAKey)
      put(keys, key.fingerprint, entry, maxEntries)
    },
    apply(changes, stamp, askedAt) {
      const news = position && continuation(position, changes, stamp)
      if (position === undefined || news === undefined) return false
      for (const change of news) takeOut(change)
      position = { ...position, revision: position.revision + news.length }
      sentAt = Math.max(sentAt, askedAt)
      return true
    },
    clear,
    render() {
      const lines = [...keys.values()].map(({ apps, ...entry }) => ({
        ...entry,
        apps: [...apps].map(([app, { generation }]) => ({ app, generation })),
      }))
      return renderAuthorizedKeys(lines, position && `${notePrefix}${formatPosition(position)}`)
    },
    restore(text) {
      clear()
      const { note, keys: lines } = parseAuthorizedKeys(text)
      position = note?.startsWith(notePrefix)
        ? parsePosition(note.slice(notePrefix.length))
        : undefined
      if (position === undefined) return
      const { revision } = position
      for (const { user, key, apps } of lines) {
        const admissions = apps.map(
          ({ app, generation }) => [app, { generation, revision }] as const,
        )
        put(keys, key.fingerprint, { user, key, apps: new Map(admissions) }, maxEntries)
      }
    },
  }

  function find({ fingerprint, blob }: OfferedKey): AdmittedKey | undefined {
    const known = keys.get(fingerprint)
    return known?.key.blob === blob ? known : undefined
  }

  function clear(): void {
    keys.clear()
    position = undefined
    sentAt = Number.NEGATIVE_INFINITY
  }

  /** More than need be, where that is simpler: what is not here is asked for. */
  function takeOut(change: Change): void {
    switch (change.kind) {
      case 'removeKey':
        keys.delete(change.fingerprint)
        break
      case 'deleteUser':
        for (const [id, { user }] of keys) if (user === change.user) keys.delete(id)
        break
      case 'deleteApp':
        for (const { apps } of keys.values()) apps.delete(change.app)
        break
      case 'transferApp':
        for (const { user, apps } of keys.values())
          if (user !== change.owner) apps.delete(change.app)
        break
      case 'revokeGrant':
        for (const { user, apps } of keys.values())
          if (user === change.user) apps.delete(change.app)
        break
    }
  }
}

/** The one that was put in first goes, where there are too many. */
function put<T>(entries: Map<string, T>, id: string, entry: T, most: number): void {
  entries.set(id, entry)
  const [first] = entries.keys()
  if (entries.size > most && first !== undefined) entries.delete(first)
}
