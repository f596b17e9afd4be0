import { startBuilder } from '../servers/builder.ts'
import type { Contender } from './contender.ts'

/** Our builder with the strategy `user-keys`. */
export const builderUserKeys: Contender = {
  name: 'builder-user-keys',
  description: 'fetches the keys of the user at each push',
  missing: () => undefined,
  start: (site) => startBuilder('builder-user-keys', 'user-keys', site),
}
