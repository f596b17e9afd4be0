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
  /** Askers who wait for the next answer, and answers under way. */
  users: number
}

/**
 * One question for all who want to know the same at one time, sent after each of them came: who finds one under
 * way does not take its answer, which may have been read before, but the next one's. So many askers cost
 * no more than one question after the other.
 *
 * Nobody is held up by a question that hangs: the next one does not wait for it for long, and who shared it asks
 * again alone, in what is left of `timeoutMs`.
 */
export function createSingleFlight<T>(
  options: SingleFlightOptions<T>,
): (subject: string) => Promise<T> {
  const { clock, timeoutMs, ask, isTimeout } = options
  const sharedMs = timeoutMs / 2
  const waitMs = Math.min(longestWaitMs, timeoutMs / 4)
  const flights = new Map<string, Flight<T>>()

  return async (subject) => {
    const askedAt = clock.now()
    const flight = flights.get(subject) ?? {
      underWay: Promise.resolve(),
      next: undefined,
      users: 0,
    }
    flights.set(subject, flight)
    flight.next ??= sendNext(subject, flight)
    const answer = await flight.next
    return isTimeout(answer) ? ask(subject, timeoutMs - (clock.now() - askedAt)) : answer
  }

  async function sendNext(subject: string, flight: Flight<T>): Promise<T> {
    flight.users++
    await within(clock, waitMs, flight.underWay)
    flight.next = undefined
    const asking = ask(subject, sharedMs)
    flight.underWay = asking
    const answer = await asking
    if (--flight.users === 0) flights.delete(subject)
    return answer
  }
}
