import { type Clock, within } from '@keyrace/environment'

/** Several times as long as a healthy controller takes. */
const longestWaitMs = 25

export interface SingleFlightOptions<T> {
  readonly clock: Clock
  readonly timeoutMs: number
  /** Keeps to its time, and never rejects. */
  readonly ask: (subject: string, timeoutMs: number) => Promise<T>
  readonly isTimeout: (answer: T) => boolean
}

interface Flight<T> {
  underWay: Promise<unknown>
  next: Promise<T> | undefined
  /** Who wait for the next question to be sent. */
  waiting: number
  /** Questions that are under way or about to be sent. */
  running: number
}

/**
 * One question for all who want to know the same at one time, sent after each of them came: who finds one under
 * way does not take its answer, which may have been read before, but the next one's. So many askers cost
 * no more than one question after the other.
 *
 * Nobody is held up by a question that hangs: the next one does not wait for it for long, and where several
 * shared it they ask again alone, in what is left of `timeoutMs`.
 */
export function createSingleFlight<T>(
  options: SingleFlightOptions<T>,
): (subject: string) => Promise<T> {
  const { clock, timeoutMs, ask, isTimeout } = options
  const waitMs = Math.min(longestWaitMs, timeoutMs / 4)
  const flights = new Map<string, Flight<T>>()

  return async (subject) => {
    const askedAt = clock.now()
    const flight = flights.get(subject) ?? newFlight()
    flights.set(subject, flight)
    flight.waiting++
    flight.next ??= sendNext(subject, flight)
    const answer = await flight.next
    const leftMs = timeoutMs - (clock.now() - askedAt)
    return isTimeout(answer) && leftMs > 0 ? ask(subject, leftMs) : answer
  }

  async function sendNext(subject: string, flight: Flight<T>): Promise<T> {
    const askedAt = clock.now()
    flight.running++
    await within(clock, waitMs, flight.underWay)
    const isShared = flight.waiting > 1
    flight.next = undefined
    flight.waiting = 0
    const leftMs = timeoutMs - (clock.now() - askedAt)
    const asking = ask(subject, isShared ? timeoutMs / 2 : leftMs)
    flight.underWay = asking
    const answer = await asking
    if (--flight.running === 0) flights.delete(subject)
    return answer
  }
}

function newFlight<T>(): Flight<T> {
  return { underWay: Promise.resolve(), next: undefined, waiting: 0, running: 0 }
}
