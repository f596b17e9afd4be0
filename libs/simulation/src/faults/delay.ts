import type { Fault } from './fault.ts'
import { onLink } from './on-link.ts'

/** `strength`: milliseconds, of each message. */
export const delay: Fault = (planned, world) => {
  const { strength: addedMs = 50 } = planned
  return onLink(planned, world, (_, fate) => {
    fate.addedMs += addedMs
    return true
  })
}
