import type { Clock } from '@keyrace/environment'
import type { Kernel } from '../kernel.ts'

/** When every simulated world begins: 2025-01-01T00:00:00Z, in milliseconds since 1970. */
const beginning = 1_735_689_600_000

export function createClock(kernel: Kernel): Clock {
  return {
    now: kernel.now,
    wall: () => beginning + Math.floor(kernel.now()),
    timer: (delayMs, callback) => kernel.schedule(delayMs, 'timer', callback),
  }
}
