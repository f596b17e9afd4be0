import type { Endpoints, Input, Key, KeysByUser } from '@keyrace/contracts'
import { parsePublicKey } from '@keyrace/public-key'
import type { Store } from '../store/store.ts'
import { mayPush } from './may-push.ts'
import type { Outcome } from './outcome.ts'

export async function keyOwner(
  store: Store,
  { params, query }: Input<Endpoints['keyOwner']>,
): Promise<Outcome<'keyOwner'>> {
  const { owner, ...seen } = await store.keyOwner(params.fingerprint, query.app)
  return owner === undefined ? { refused: 'key-not-found', ...seen } : { body: owner, ...seen }
}

/** With the owner's and the administrators' keys, which Deis left out. */
export async function appKeys(
  store: Store,
  { app: name }: Input<Endpoints['appKeys']>['params'],
): Promise<Outcome<'appKeys'>> {
  const { app, keys, revision } = await store.appKeys(name)
  if (app === undefined) return { refused: 'app-not-found', revision }
  return { body: byUser(keys), revision, generation: app.generation }
}

export async function userKeys(
  store: Store,
  { app: name, username }: Input<Endpoints['userKeys']>['params'],
): Promise<Outcome<'userKeys'>> {
  const subject = { app: name, user: username }
  const { app, user, granted, keys, revision } = await store.standingWithKeys(subject)
  if (app === undefined) return { refused: 'app-not-found', revision }
  const seen = { revision, generation: app.generation }
  if (user === undefined) return { refused: 'user-not-found', ...seen }
  if (!mayPush({ app, user, granted })) return { refused: 'forbidden', ...seen }
  return keys.length === 0 ? { refused: 'key-not-found', ...seen } : { body: byUser(keys), ...seen }
}

export async function checkKey(
  store: Store,
  { app: name, public_key: line }: Input<Endpoints['checkKey']>['body'],
): Promise<Outcome<'checkKey'>> {
  const publicKey = parsePublicKey(line)
  if (publicKey === undefined) {
    return { refused: 'invalid-public-key', revision: await store.revision() }
  }
  const { fingerprint } = publicKey
  const { app, user, granted, revision } = await store.standing({ app: name, fingerprint })
  if (app === undefined) return { refused: 'app-not-found', revision }
  const seen = { revision, generation: app.generation }
  if (user === undefined) return { refused: 'key-not-found', ...seen }
  if (!mayPush({ app, user, granted })) return { refused: 'forbidden', ...seen }
  return { body: { username: user.username }, ...seen }
}

/** What three questions were for: the key is the user's, the user may push, the app stands. */
export async function authorize(
  store: Store,
  { app: name, user: username, fingerprint }: Input<Endpoints['authorize']>['body'],
): Promise<Outcome<'authorize'>> {
  const subject = { app: name, user: username, fingerprint }
  const { app, user, granted, keyOwner, revision } = await store.standing(subject)
  if (app === undefined) return { refused: 'app-not-found', revision }
  const seen = { revision, generation: app.generation }
  if (user === undefined) return { refused: 'user-not-found', ...seen }
  if (keyOwner !== username) return { refused: 'key-not-found', ...seen }
  if (!mayPush({ app, user, granted })) return { refused: 'forbidden', ...seen }
  return { body: { app: name, user: username }, ...seen }
}

function byUser(keys: readonly Key[]): KeysByUser {
  // Without a prototype a user may be called `__proto__`.
  const users: KeysByUser = Object.create(null)
  for (const { owner, public: key, fingerprint } of keys) {
    users[owner] ??= []
    users[owner].push({ key, fingerprint })
  }
  return users
}
