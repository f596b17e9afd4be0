import type { Endpoints, Input, Key } from '@keyrace/contracts'
import { formatPublicKey, parsePublicKey } from '@keyrace/public-key'
import type { Store, User } from '../store/store.ts'
import type { Outcome } from './outcome.ts'

export async function listKeys(store: Store, { username }: User): Promise<Outcome<'listKeys'>> {
  const { keys, revision } = await store.keysOf(username)
  return { body: { count: keys.length, results: [...keys] }, revision }
}

export async function addKey(
  store: Store,
  { username }: User,
  { id, public: line }: Input<Endpoints['addKey']>['body'],
): Promise<Outcome<'addKey'>> {
  const key = keyFrom(line, { id, owner: username })
  if (key === undefined) return { refused: 'invalid-public-key' }
  return store.transaction(async (transaction) => {
    if (!(await transaction.lockUser(username, 'share'))) return { refused: 'unauthenticated' }
    const refused = await transaction.insertKey(key)
    if (refused !== undefined) return { refused }
    const revision = await transaction.record({
      kind: 'addKey',
      actor: username,
      subject: { user: username, key: id, fingerprint: key.fingerprint },
    })
    return { body: key, revision }
  })
}

/** `meant`: the fingerprint of the key that went by that name when it was last looked at. */
export function removeKey(
  store: Store,
  { username }: User,
  { key: id }: Input<Endpoints['removeKey']>['params'],
  meant?: string,
): Promise<Outcome<'removeKey'>> {
  return store.transaction(async (transaction) => {
    const removed = await transaction.deleteKey(username, id)
    if (removed === undefined) return { refused: 'key-not-found' }
    // That one was removed meanwhile, before another was added under its name.
    if (removed.fingerprint !== (meant ?? removed.fingerprint)) return { refused: 'key-not-found' }
    const revision = await transaction.record({
      kind: 'removeKey',
      actor: username,
      subject: { user: username, key: id, fingerprint: removed.fingerprint },
    })
    return { body: null, revision }
  })
}

/** The key on an authorized_keys line, without its comment; undefined where there is none. */
export function keyFrom(line: string, owned: Pick<Key, 'id' | 'owner'>): Key | undefined {
  const publicKey = parsePublicKey(line)
  if (publicKey === undefined) return undefined
  return { ...owned, public: formatPublicKey(publicKey), fingerprint: publicKey.fingerprint }
}
