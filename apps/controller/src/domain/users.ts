import type { Endpoints, Input } from '@keyrace/contracts'
import type { Ids } from '@keyrace/environment'
import type { Store, User } from '../store/store.ts'
import type { Outcome } from './outcome.ts'
import type { Secrets } from './secrets.ts'

/** The first user to register becomes the administrator, as in Deis. */
export async function register(
  { store, secrets }: { readonly store: Store; readonly secrets: Secrets },
  { username, password }: Input<Endpoints['register']>['body'],
): Promise<Outcome<'register'>> {
  const passwordHash = await secrets.hashPassword(password)
  return store.transaction(async (transaction) => {
    const isAdministrator = await transaction.claimAdministration()
    const inserted = await transaction.insertUser({ username, isAdministrator, passwordHash })
    if (!inserted) return { refused: 'username-taken' }
    const revision = await transaction.record({
      kind: 'createUser',
      actor: username,
      subject: { user: username, isAdministrator },
    })
    return { body: { username, is_superuser: isAdministrator }, revision }
  })
}

/** Each login gets a token of its own. */
export async function login(
  deps: { readonly store: Store; readonly secrets: Secrets; readonly ids: Ids },
  { username, password }: Input<Endpoints['login']>['body'],
): Promise<Outcome<'login'>> {
  const { store, secrets, ids } = deps
  const hash = await store.passwordHash(username)
  if (!(await secrets.verifyPassword(password, hash))) return { refused: 'wrong-credentials' }
  const token = ids.next('token')
  return store.transaction(async (transaction) => {
    if (!(await transaction.lockUser(username, 'share'))) return { refused: 'wrong-credentials' }
    await transaction.insertToken(secrets.hashToken(token), username)
    return { body: { token } }
  })
}

/** Deletes the calling user, and its keys under the same revision. */
export function cancel(store: Store, { username }: User): Promise<Outcome<'cancel'>> {
  return store.transaction(async (transaction) => {
    if (!(await transaction.lockUser(username, 'update'))) return { refused: 'unauthenticated' }
    if (await transaction.ownsApps(username)) return { refused: 'user-owns-apps' }
    const fingerprints = await transaction.deleteUser(username)
    const revision = await transaction.record({
      kind: 'deleteUser',
      actor: username,
      subject: { user: username, fingerprints },
    })
    return { body: null, revision }
  })
}
