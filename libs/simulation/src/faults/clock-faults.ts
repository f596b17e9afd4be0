import { counted, type Fault } from './fault.ts'

/** `strength`: milliseconds. */
export const clockSkew: Fault = ({ node, strength: byMs = 60_000 }, world) => {
  const clocks = world.processes(node).map(({ clock }) => clock)
  for (const clock of clocks) clock.skew(byMs)
  return counted(
    () => clocks.reduce((sum, { reads }) => sum + reads.wall, 0),
    () => {
      for (const clock of clocks) clock.skew(-byMs)
    },
  )
}

/** `strength`: how many times as fast. */
export const clockDrift: Fault = ({ node, strength: rate = 1.1 }, world) => {
  const clocks = world.processes(node).map(({ clock }) => clock)
  for (const clock of clocks) clock.speedUp(rate)
  return counted(
    () => clocks.reduce((sum, { reads }) => sum + reads.monotonic, 0),
    () => {
      for (const clock of clocks) clock.speedUp(1 / rate)
    },
  )
}
