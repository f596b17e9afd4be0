import type { Fault } from './fault.ts'
import { drawFor, onLink } from './on-link.ts'

const longestMs = 50

/**
 * `strength`: the share of messages that are late, so that others overtake them. Those of one connection's stream
 * wait for each other: it is late as a whole.
 */
export const reorder: Fault = (planned, world) => {
  const { strength: share = 0.2 } = planned
  return onLink(planned, world, (message, fate) => {
    if (drawFor(planned, world, message) >= share) return false
    fate.addedMs += longestMs * drawFor(planned, world, message, 'late')
    return true
  })
}
