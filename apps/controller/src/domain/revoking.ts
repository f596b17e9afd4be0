import type { App, Endpoints, Input } from '@keyrace/contracts'
import type { Store, User } from '../store/store.ts'
import * as apps from './apps.ts'
import * as keys from './keys.ts'
import { mayManage } from './may-push.ts'
import { isRefusal, type Outcome, type Refusal } from './outcome.ts'
import * as permissions from './permissions.ts'
import type { Revocations } from './revocations.ts'
import * as users from './users.ts'

/*
 * The mutations that end a right, once nobody remembers it. What would be refused is refused before anybody is
 * disturbed; the transaction looks again, because things may have changed meanwhile.
 */

interface RevokingDeps {
  readonly store: Store
  readonly revocations: Revocations
}

export async function cancel(
  { store, revocations }: RevokingDeps,
  user: User,
): Promise<Outcome<'cancel'>> {
  const { username } = user
  const { apps: pushable, revision } = await store.appsOf(username)
  if (pushable.some(({ owner }) => owner === username))
    return { refused: 'user-owns-apps', revision }
  return revocations.revoke([{ kind: 'user', user: username }], () => users.cancel(store, user))
}

export async function removeKey(
  { store, revocations }: RevokingDeps,
  user: User,
  params: Input<Endpoints['removeKey']>['params'],
): Promise<Outcome<'removeKey'>> {
  const { keys: owned, revision } = await store.keysOf(user.username)
  const key = owned.find(({ id }) => id === params.key)
  if (key === undefined) return { refused: 'key-not-found', revision }
  const { fingerprint } = key
  return revocations.revoke([{ kind: 'key', fingerprint }], () =>
    keys.removeKey(store, user, params, fingerprint),
  )
}

export async function deleteApp(
  { store, revocations }: RevokingDeps,
  user: User,
  params: Input<Endpoints['deleteApp']>['params'],
): Promise<Outcome<'deleteApp'>> {
  const found = await findManagedApp(store, user, params.app)
  if (isRefusal(found)) return found
  return revocations.revoke([{ kind: 'app', app: params.app }], () =>
    apps.deleteApp(store, user, params),
  )
}

/** The former owner loses what came with owning the app. */
export async function transferApp(
  { store, revocations }: RevokingDeps,
  user: User,
  input: Input<Endpoints['transferApp']>,
): Promise<Outcome<'transferApp'>> {
  const { app: name } = input.params
  const found = await findManagedApp(store, user, name)
  if (isRefusal(found)) return found
  const { owner } = found.app
  return revocations.revoke([{ kind: 'grant', app: name, user: owner }], () =>
    apps.transferApp(store, user, input, owner),
  )
}

export async function revokeGrant(
  { store, revocations }: RevokingDeps,
  user: User,
  input: Input<Endpoints['revokeGrant']>,
): Promise<Outcome<'revokeGrant'>> {
  const { app: name, username } = input.params
  const found = await findManagedApp(store, user, name, username)
  if (isRefusal(found)) return found
  return revocations.revoke([{ kind: 'grant', app: name, user: username }], () =>
    permissions.revokeGrant(store, user, input),
  )
}

/** `concerned`: a user who may do without managing the app. */
async function findManagedApp(
  store: Store,
  user: User,
  name: string,
  concerned?: string,
): Promise<{ readonly app: App } | Refusal<'app-not-found' | 'forbidden'>> {
  const { app, revision } = await store.app(name)
  if (app === undefined) return { refused: 'app-not-found', revision }
  const { generation } = app
  if (user.username !== concerned && !mayManage(app, user)) {
    return { refused: 'forbidden', revision, generation }
  }
  return { app }
}
