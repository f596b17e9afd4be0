import type { Fault } from './fault.ts'
import { onLink } from './on-link.ts'

export const stall: Fault = (planned, world) => {
  const waiting: (() => void)[] = []
  const { heal, effects } = onLink(planned, world, (_, fate) => {
    fate.hold ??= (send) => waiting.push(send)
    return true
  })
  return {
    effects,
    heal() {
      heal()
      for (const send of waiting.splice(0)) send()
    },
  }
}
