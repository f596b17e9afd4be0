import type { Fault } from './fault.ts'
import { drawFor, onLink } from './on-link.ts'

const longestMs = 200

/**
 * `strength`: the share of questions, of those that may be sent again: the second comes at any time after the first,
 * also when that is long answered. TCP keeps what it carries from being doubled.
 */
export const duplicate: Fault = (planned, world) => {
  const { strength: share = 0.2 } = planned
  return onLink(planned, world, (message, fate) => {
    if (!message.mayRepeat || drawFor(planned, world, message) >= share) return false
    fate.repeatedAfterMs = longestMs * drawFor(planned, world, message, 'after')
    return true
  })
}
