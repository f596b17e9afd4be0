import type { Fault } from './fault.ts'
import { onLink } from './on-link.ts'

export const cut: Fault = (planned, world) =>
  onLink(planned, world, (_, fate) => {
    fate.isLost = true
    return true
  })
