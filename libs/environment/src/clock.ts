/** Stops a timer that has not fired; harmless afterwards. */
export type Cancel = () => void

/**
 * The only way to time. In the real world `now` is the host's monotonic clock, so stamps of different
 * processes on one host can be compared; in the simulation it is virtual.
 */
export interface Clock {
  /** Monotonic milliseconds, with fractions. */
  now(): number
  /** Milliseconds since 1970, for people and logs; never for decisions. */
  wall(): number
  /** Calls back once, at least `delayMs` from now. */
  timer(delayMs: number, callback: () => void): Cancel
}

export function sleep(clock: Clock, delayMs: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted) return resolve()
    const cancel = clock.timer(delayMs, signal === undefined ? resolve : done)
    signal?.addEventListener('abort', done, { once: true })
    function done() {
      cancel()
      signal?.removeEventListener('abort', done)
      resolve()
    }
  })
}

/** What `within` resolves to when time ran out. */
export const timedOut = Symbol('timed out')

/** Waits for a promise, but no longer than `timeoutMs`. The promise goes on; its late failure is ignored. */
export function within<T>(
  clock: Clock,
  timeoutMs: number,
  promise: Promise<T>,
): Promise<T | typeof timedOut> {
  return new Promise((resolve, reject) => {
    const cancel = clock.timer(timeoutMs, () => resolve(timedOut))
    promise.finally(cancel).then(resolve, reject)
  })
}

/** The wall clock as ISO 8601, for people. */
export function timestamp(clock: Clock): string {
  return new Date(clock.wall()).toISOString()
}
