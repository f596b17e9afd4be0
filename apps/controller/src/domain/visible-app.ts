import type { App } from '@keyrace/contracts'
import type { Store, User } from '../store/store.ts'
import { mayPush } from './may-push.ts'
import type { Refusal } from './outcome.ts'

interface VisibleApp {
  readonly app: App
  readonly grantees: readonly string[]
  readonly seen: { readonly revision: number; readonly generation: number }
}

/** The live app of that name, for somebody who may push to it. */
export async function findVisibleApp(
  store: Store,
  user: User,
  name: string,
): Promise<VisibleApp | Refusal<'app-not-found' | 'forbidden'>> {
  const { app, grantees, revision } = await store.app(name)
  if (app === undefined) return { refused: 'app-not-found', revision }
  const seen = { revision, generation: app.generation }
  const granted = grantees.includes(user.username)
  return mayPush({ app, user, granted })
    ? { app, grantees, seen }
    : { refused: 'forbidden', ...seen }
}
