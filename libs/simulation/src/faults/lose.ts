import type { Fault } from './fault.ts'
import { drawFor, onLink } from './on-link.ts'

/** `strength`: the share of messages. A connection that has lost one is dead, as it is where packets stay away. */
export const lose: Fault = (planned, world) => {
  const { strength: share = 0.2 } = planned
  return onLink(planned, world, (message, fate) => {
    if (drawFor(planned, world, message) >= share) return false
    fate.isLost = true
    return true
  })
}
