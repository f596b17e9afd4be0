import type { App } from '@keyrace/contracts'
import type { Standing, User } from '../store/store.ts'

/** Owner, administrator, or somebody with a grant. */
export function mayPush({ app, user, granted }: Pick<Standing, 'app' | 'user' | 'granted'>) {
  if (app === undefined || user === undefined) return false
  return granted || mayManage(app, user)
}

/** Owner or administrator. */
export function mayManage(app: App, user: User): boolean {
  return user.isAdministrator || app.owner === user.username
}
