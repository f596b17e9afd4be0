import type { Endpoints, Input } from '@keyrace/contracts'
import { type Store, StoreError, type User } from '../store/store.ts'
import { mayManage } from './may-push.ts'
import { isRefusal, type Outcome } from './outcome.ts'
import { findVisibleApp } from './visible-app.ts'

export async function listApps(store: Store, { username }: User): Promise<Outcome<'listApps'>> {
  const { apps, revision } = await store.appsOf(username)
  return { body: { count: apps.length, results: [...apps] }, revision }
}

export async function getApp(
  store: Store,
  user: User,
  { app: name }: Input<Endpoints['getApp']>['params'],
): Promise<Outcome<'getApp'>> {
  const found = await findVisibleApp(store, user, name)
  return isRefusal(found) ? found : { body: found.app, ...found.seen }
}

/** A name that was used before gets the next generation. */
export function createApp(
  store: Store,
  { username: owner }: User,
  { id }: Input<Endpoints['createApp']>['body'],
): Promise<Outcome<'createApp'>> {
  return store.transaction(async (transaction) => {
    if (!(await transaction.lockUser(owner, 'share'))) return { refused: 'unauthenticated' }
    const generation = await transaction.insertApp(id, owner)
    if (generation === undefined) return { refused: 'app-name-taken' }
    const revision = await transaction.record({
      kind: 'createApp',
      actor: owner,
      subject: { app: id, generation, owner },
    })
    return { body: { id, owner, generation }, revision, generation }
  })
}

/** `from`: the owner when it was last looked at. */
export function transferApp(
  store: Store,
  user: User,
  { params, body }: Input<Endpoints['transferApp']>,
  from?: string,
): Promise<Outcome<'transferApp'>> {
  return store.transaction(async (transaction) => {
    const app = await transaction.lockApp(params.app, 'update')
    if (app === undefined) return { refused: 'app-not-found' }
    const { id, generation } = app
    if (!mayManage(app, user)) return { refused: 'forbidden', generation }
    if (app.owner !== (from ?? app.owner)) {
      throw new StoreError('contention', `the owner of ${id} has just changed`)
    }
    const { owner } = body
    if (!(await transaction.lockUser(owner, 'share'))) return { refused: 'user-not-found' }
    await transaction.transferApp(id, owner)
    const revision = await transaction.record({
      kind: 'transferApp',
      actor: user.username,
      subject: { app: id, generation, owner, formerOwner: app.owner },
    })
    return { body: { id, owner, generation }, revision, generation }
  })
}

export function deleteApp(
  store: Store,
  user: User,
  { app: name }: Input<Endpoints['deleteApp']>['params'],
): Promise<Outcome<'deleteApp'>> {
  return store.transaction(async (transaction) => {
    const app = await transaction.lockApp(name, 'update')
    if (app === undefined) return { refused: 'app-not-found' }
    const { generation } = app
    if (!mayManage(app, user)) return { refused: 'forbidden', generation }
    await transaction.deleteApp(name)
    const revision = await transaction.record({
      kind: 'deleteApp',
      actor: user.username,
      subject: { app: name, generation, owner: app.owner },
    })
    return { body: null, revision, generation }
  })
}
