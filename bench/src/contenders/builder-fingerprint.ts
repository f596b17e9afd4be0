import { startBuilder } from '../servers/builder.ts'
import type { Contender } from './contender.ts'

/** Our builder with the strategy `fingerprint`. */
export const builderFingerprint: Contender = {
  name: 'builder-fingerprint',
  description: 'asks the controller at each push, once for the key and once for the app',
  missing: () => undefined,
  start: (site) => startBuilder('builder-fingerprint', 'fingerprint', site),
}
