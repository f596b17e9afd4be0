import assert from 'node:assert/strict'
import type { Cancel } from '@keyrace/environment'
import type { Drain } from './drain.ts'
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

/** A kernel, and the loop that drives it until `main` has settled. What still waits then never runs. */
export function createKernel(deps: {
  readonly drain: Drain
  readonly bounds: Bounds
  /** Called before each event. */
  readonly beginStep: () => void
}): { kernel: Kernel; trace(): TraceSummary; run<T>(main: () => Promise<T>): Promise<T> } {
  const queue = createEventQueue()
  const hash = createTraceHash()
  let nowUs = 0
  let events = 0
  let eventsNow = 0

  const kernel: Kernel = {
    now: () => nowUs / 1000,
    schedule(delayMs, label, run) {
      assert(Number.isFinite(delayMs), `${label}: a delay of ${delayMs} ms`)
      return queue.add({ at: nowUs + microseconds(delayMs), label, run })
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
      while (!state.isSettled) await step(nextEvent())
      return state.outcome as Promise<T>
    },
  }

  // One event, and everything that follows from it at this instant.
  function step({ at, label, run }: Event): Promise<void> {
    eventsNow = at === nowUs ? eventsNow + 1 : 1
    nowUs = at
    events++
    hash.add(at, label)
    deps.beginStep()
    run()
    return deps.drain()
  }

  function nextEvent(): Event {
    const event = queue.next()
    const { bounds } = deps
    if (event === undefined) {
      const message = `deadlock at ${nowUs / 1000} ms: main waits, and nothing is left that could happen`
      throw new SimulationError('deadlock', message)
    }
    if (events >= bounds.events) {
      throw new SimulationError('too-many-events', `main still waits after ${events} events`)
    }
    if (event.at === nowUs && eventsNow >= bounds.eventsAtOneInstant) {
      const message = `livelock at ${nowUs / 1000} ms: ${eventsNow} events, the next is ${event.label}`
      throw new SimulationError('livelock', message)
    }
    if (event.at > bounds.virtualMs * 1000) {
      const message = `main still waits after ${nowUs / 1000} ms of virtual time`
      throw new SimulationError('too-much-time', message)
    }
    return event
  }
}

/**
 * Rounded up: who waits until a time and looks at the clock must find that it has come. What a sum of
 * floating-point numbers is too large by does not count.
 */
function microseconds(delayMs: number): number {
  return delayMs > 0 ? Math.max(1, Math.ceil(delayMs * 1000 - 1e-6)) : 0
}
