import { startBuilder } from '../servers/builder.ts'
import type { Contender } from './contender.ts'

/** Our builder with the strategy `ttl-cache`. */
export const builderTtlCache: Contender = {
  name: 'builder-ttl-cache',
  description: 'remembers each permission for a second',
  missing: () => undefined,
  start: (site) => startBuilder('builder-ttl-cache', 'ttl-cache', site),
}
