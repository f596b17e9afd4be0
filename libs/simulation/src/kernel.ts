import type { Cancel } from '@keyrace/environment'
import { createEventQueue, type Event } from './event-queue.ts'
import { createTraceHash } from './trace-hash.ts'

/** Virtual time: it stands still while code runs, and jumps to the next event when all code waits. */
export interface Kernel {
  /** Milliseconds since the run began. */
  now(): number
  /** Runs once, `delayMs` from now, after what was scheduled earlier for the same microsecond. */
  schedule(delayMs: number, label: string, run: () => void): Cancel
  /** Makes something part of the trace, so that another outcome gives another hash. */
  note(label: string): void
  /** How many events wait to run. */
  pending(): number
}

export interface TraceSummary {
  /** The same for two runs if the same happened at the same times, in the same order. */
  readonly hash: string
  readonly events: number
  readonly virtualMs: number
}

export interface Bounds {
  readonly events: number
  /** Without time going on. */
  readonly eventsAtOneInstant: number
  readonly virtualMs: number
}

/** The simulation cannot go on. A failure of the code under simulation passes through as it is. */
export class SimulationError extends Error {
  readonly code:
    | 'deadlock'
    | 'livelock'
    | 'too-many-events'
    | 'too-much-time'
    | 'unhandled-rejection'
  constructor(code: SimulationError['code'], message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'SimulationError'
    this.code = code
  }
}

export interface KernelDeps {
  readonly bounds: Bounds
  /** Runs a step, and what follows from it at its instant, again and again until it answers false. */
  readonly runSteps: (step: () => boolean) => Promise<void>
}

export interface RunningKernel {
  readonly kernel: Kernel
  trace(): TraceSummary
  run<T>(main: () => Promise<T>): Promise<T>
}

/** A kernel, and the loop that drives it until `main` has settled. What still waits then never runs. */
export function createKernel({ bounds, runSteps }: KernelDeps): RunningKernel {
  const queue = createEventQueue()
  const hash = createTraceHash()
  const virtualUs = bounds.virtualMs * 1000
  let nowUs = 0
  let events = 0
  let eventsNow = 0

  const kernel: Kernel = {
    now: () => nowUs / 1000,
    schedule(delayMs, label, run) {
      if (!Number.isFinite(delayMs)) throw new RangeError(`${label}: a delay of ${delayMs} ms`)
      return queue.add(nowUs + microseconds(delayMs), label, run)
    },
    note: (label) => hash.add(nowUs, label),
    pending: queue.size,
  }

  return {
    kernel,
    trace: () => ({ hash: hash.digest(), events, virtualMs: nowUs / 1000 }),
    async run<T>(main: () => Promise<T>) {
      const state: { outcome?: Promise<T>; isSettled: boolean } = { isSettled: false }
      const settle = () => {
        state.isSettled = true
      }
      kernel.schedule(0, 'main', () => {
        state.outcome = main()
        state.outcome.then(settle, settle)
      })
      await runSteps(() => {
        if (!state.isSettled) step()
        return !state.isSettled
      })
      return state.outcome as Promise<T>
    },
  }

  function step(): void {
    const event = queue.next()
    if (event === undefined) {
      const message = `deadlock at ${nowUs / 1000} ms: main waits, and nothing is left that could happen`
      throw new SimulationError('deadlock', message)
    }
    const { at, label, run } = event
    eventsNow = at === nowUs ? eventsNow + 1 : 1
    if (++events > bounds.events || eventsNow > bounds.eventsAtOneInstant || at > virtualUs) {
      throw boundPassed(event)
    }
    nowUs = at
    hash.add(at, label)
    run()
  }

  function boundPassed({ at, label }: Event): SimulationError {
    if (events > bounds.events) {
      const message = `main still waits after ${bounds.events} events`
      return new SimulationError('too-many-events', message)
    }
    if (at > virtualUs) {
      const message = `main still waits after ${nowUs / 1000} ms of virtual time`
      return new SimulationError('too-much-time', message)
    }
    const message = `livelock at ${nowUs / 1000} ms: ${bounds.eventsAtOneInstant} events, the next is ${label}`
    return new SimulationError('livelock', message)
  }
}

/**
 * Rounded up: who waits until a time and looks at the clock must find that it has come. What a sum of
 * floating-point numbers is too large by does not count.
 */
function microseconds(delayMs: number): number {
  return delayMs > 0 ? Math.max(1, Math.ceil(delayMs * 1000 - 1e-6)) : 0
}
