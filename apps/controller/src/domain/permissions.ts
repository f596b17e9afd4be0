import type { Endpoints, Input } from '@keyrace/contracts'
import type { Store, User } from '../store/store.ts'
import { mayManage } from './may-push.ts'
import { isRefusal, type Outcome } from './outcome.ts'
import { findVisibleApp } from './visible-app.ts'

export async function listPermissions(
  store: Store,
  user: User,
  { app: name }: Input<Endpoints['listPermissions']>['params'],
): Promise<Outcome<'listPermissions'>> {
  const found = await findVisibleApp(store, user, name)
  return isRefusal(found) ? found : { body: { users: [...found.grantees] }, ...found.seen }
}

/** Granting again changes nothing, and takes no revision. */
export function grant(
  store: Store,
  user: User,
  { params, body }: Input<Endpoints['grant']>,
): Promise<Outcome<'grant'>> {
  return store.transaction(async (transaction): Promise<Outcome<'grant'>> => {
    const app = await transaction.lockApp(params.app, 'share')
    if (app === undefined) return { refused: 'app-not-found' }
    const { generation } = app
    if (!mayManage(app, user)) return { refused: 'forbidden', generation }
    const { username } = body
    if (!(await transaction.lockUser(username, 'share'))) return { refused: 'user-not-found' }
    if (!(await transaction.insertGrant(params.app, username))) {
      return { body: null, revision: await transaction.revision(), generation }
    }
    const revision = await transaction.record({
      kind: 'grant',
      actor: user.username,
      subject: { app: params.app, generation, user: username },
    })
    return { body: null, revision, generation }
  })
}

/** By owner, administrator, or the user concerned. Revoking what is not granted changes nothing. */
export function revokeGrant(
  store: Store,
  user: User,
  { params }: Input<Endpoints['revokeGrant']>,
): Promise<Outcome<'revokeGrant'>> {
  const { app: name, username } = params
  return store.transaction(async (transaction): Promise<Outcome<'revokeGrant'>> => {
    const app = await transaction.lockApp(name, 'share')
    if (app === undefined) return { refused: 'app-not-found' }
    const { generation } = app
    if (username !== user.username && !mayManage(app, user)) {
      return { refused: 'forbidden', generation }
    }
    if (!(await transaction.lockUser(username, 'share'))) return { refused: 'user-not-found' }
    if (!(await transaction.deleteGrant(name, username))) {
      return { body: null, revision: await transaction.revision(), generation }
    }
    const revision = await transaction.record({
      kind: 'revokeGrant',
      actor: user.username,
      subject: { app: name, generation, user: username },
    })
    return { body: null, revision, generation }
  })
}
