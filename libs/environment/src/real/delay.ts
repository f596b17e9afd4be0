// By import, because a simulation takes the global one away from what runs within its steps.
import { setImmediate } from 'node:timers'
import { realClock } from './clock.ts'

/**
 * Waits this long, to a few hundredths of a millisecond. Timers count whole milliseconds, so the last
 * part goes by in turns of the event loop: what else is due is still served, and a core is kept busy.
 */
export function delay(ms: number): Promise<void> {
  const dueAt = realClock.now() + ms
  return new Promise((resolve) => {
    const turn = () => (realClock.now() >= dueAt ? resolve() : setImmediate(turn))
    const wholeMs = Math.floor(ms) - 1
    if (wholeMs > 0) realClock.timer(wholeMs, turn)
    else setImmediate(turn)
  })
}
