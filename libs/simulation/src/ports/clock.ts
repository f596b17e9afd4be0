import type { Cancel, Clock } from '@keyrace/environment'
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

/** The clocks of one process, which may be wrong. Whoever stands outside of it has the time of the kernel. */
export interface ProcessClock extends Clock {
  /** Goes on while the host sleeps. */
  boot(): number
  /** From now on the wall clock is off by so much more. */
  skew(byMs: number): void
  /** From now on the monotonic clock runs so many times as fast. Timers that were set before may be late by that. */
  speedUp(factor: number): void
  /** The monotonic clock stands still. */
  stop(): void
  /** A microsecond later, so that no two instants are told by the same time. */
  goOn(): void
  /** When it was, for the kernel, that the monotonic clock told this time. */
  kernelTimeOf(stamp: number): number
  /** How often it was looked at. */
  readonly reads: { readonly monotonic: number; readonly wall: number }
}

/** From here on, until the next one: it tells `local` at `at`, and runs so fast. */
interface Stretch {
  readonly at: number
  readonly local: number
  readonly rate: number
}

const stepMs = 0.001
/** What sums of floating-point numbers may be wrong by. */
const errorMs = 1e-6

/** `enter`: how a timer's callback comes into the process, if at all. */
export function createProcessClock(
  kernel: Kernel,
  enter: (callback: () => void) => void,
): ProcessClock {
  const stretches: Stretch[] = []
  let current: Stretch = { at: 0, local: 0, rate: 1 }
  let skewMs = 0
  let sleptMs = 0
  let rate = 1
  const reads = { monotonic: 0, wall: 0 }

  return {
    now() {
      reads.monotonic++
      return local()
    },
    wall() {
      reads.wall++
      return beginning + Math.floor(kernel.now() + skewMs)
    },
    boot() {
      reads.monotonic++
      return local() + sleptMs + (current.rate === 0 ? kernel.now() - current.at : 0)
    },
    timer,
    skew(byMs) {
      skewMs += byMs
    },
    speedUp(factor) {
      rate *= factor
      if (current.rate !== 0) begin(local(), rate)
    },
    stop: () => begin(local(), 0),
    goOn() {
      sleptMs += kernel.now() - current.at
      begin(current.local + stepMs, rate)
    },
    kernelTimeOf(stamp) {
      const stretch = stretchAt(stamp)
      return stretch.rate === 0 ? stretch.at : stretch.at + (stamp - stretch.local) / stretch.rate
    },
    reads,
  }

  function local(): number {
    return current.local + (kernel.now() - current.at) * current.rate
  }

  function stretchAt(stamp: number): Stretch {
    if (current.local <= stamp) return current
    return stretches.findLast(({ local }) => local <= stamp) ?? current
  }

  function begin(from: number, nextRate: number): void {
    stretches.push(current)
    current = { at: kernel.now(), local: from, rate: nextRate }
  }

  function timer(delayMs: number, callback: () => void): Cancel {
    const dueAt = local() + delayMs
    let isCancelled = false
    let cancel = arm(delayMs)
    return () => {
      isCancelled = true
      cancel()
    }

    function arm(restMs: number): Cancel {
      return kernel.schedule(restMs / (current.rate || 1), 'timer', () => enter(fire))
    }

    function fire(): void {
      if (isCancelled) return
      const restMs = dueAt - local()
      if (restMs > errorMs) cancel = arm(restMs)
      else callback()
    }
  }
}
