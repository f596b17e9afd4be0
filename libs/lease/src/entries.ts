import type { Invalidation } from '@keyrace/contracts'

/** What a holder remembers. Denials are not among it. */
export interface Entries {
  /** Fingerprint → user. */
  readonly keys: Map<string, Entry<string>>
  /** App → the generation that lives. */
  readonly apps: Map<string, Entry<number>>
  /** App and user → the generation of the app to which the user may push. */
  readonly grants: Map<string, Entry<Granted>>
}

interface Entry<T> {
  readonly value: T
  /** What the answer was that told it. */
  readonly origin: Origin
}

interface Granted {
  readonly user: string
  readonly generation: number
}

export interface Origin {
  readonly epoch: string
  readonly revision: number
  /** When the question was sent. */
  readonly askedAt: number
}

export interface Allowed {
  readonly app: string
  readonly user: string
  readonly fingerprint: string
  readonly generation: number
}

export function createEntries(): Entries {
  return { keys: new Map(), apps: new Map(), grants: new Map() }
}

export function ownerOf({ keys }: Entries, fingerprint: string): string | undefined {
  return keys.get(fingerprint)?.value
}

/** The generation, with the oldest of the answers that it rests on; undefined where one is missing. */
export function recall(
  { keys, apps, grants }: Entries,
  { app, user, fingerprint }: Omit<Allowed, 'generation'>,
): ({ readonly generation: number } & Origin) | undefined {
  const owner = keys.get(fingerprint)
  const live = apps.get(app)
  const granted = grants.get(grantId(app, user))
  if (owner?.value !== user || live === undefined) return undefined
  const generation = live.value
  if (granted?.value.generation !== generation) return undefined
  const [oldest = live.origin] = [owner, live, granted]
    .map(({ origin }) => origin)
    .sort((a, b) => a.revision - b.revision)
  return { generation, ...oldest }
}

export function rememberOwner(
  { keys }: Entries,
  owned: Pick<Allowed, 'fingerprint' | 'user'>,
  origin: Origin,
  mostEntries: number,
): void {
  put(keys, owned.fingerprint, { value: owned.user, origin }, mostEntries)
}

export function rememberAllowed(
  entries: Entries,
  { app, user, fingerprint, generation }: Allowed,
  origin: Origin,
  mostEntries: number,
): void {
  rememberOwner(entries, { fingerprint, user }, origin, mostEntries)
  put(entries.apps, app, { value: generation, origin }, mostEntries)
  put(entries.grants, grantId(app, user), { value: { user, generation }, origin }, mostEntries)
}

export function forget(
  { keys, apps, grants }: Entries,
  invalidations: readonly Invalidation[] | 'everything',
): void {
  if (invalidations === 'everything') {
    for (const map of [keys, apps, grants]) map.clear()
    return
  }
  for (const invalidation of invalidations) {
    switch (invalidation.kind) {
      case 'key':
        keys.delete(invalidation.fingerprint)
        break
      case 'app':
        apps.delete(invalidation.app)
        break
      case 'grant':
        grants.delete(grantId(invalidation.app, invalidation.user))
        break
      case 'user':
        deleteWhere(keys, (user) => user === invalidation.user)
        deleteWhere(grants, ({ user }) => user === invalidation.user)
    }
  }
}

/** Beyond `most` the oldest goes. */
function put<T>(map: Map<string, Entry<T>>, id: string, entry: Entry<T>, most: number): void {
  map.delete(id)
  map.set(id, entry)
  const [oldest] = map.keys()
  if (map.size > most && oldest !== undefined) map.delete(oldest)
}

function deleteWhere<T>(map: Map<string, Entry<T>>, isMeant: (value: T) => boolean): void {
  for (const [id, { value }] of map) if (isMeant(value)) map.delete(id)
}

/** Names come from the network: joined with any mark, two could be taken for a third. */
function grantId(app: string, user: string): string {
  return JSON.stringify([app, user])
}
