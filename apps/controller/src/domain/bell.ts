import type { Clock } from '@keyrace/environment'

/** Wakes who waits for something to happen. */
export interface Bell {
  ring(): void
  /** Until it rings, time is up or the signal aborts. */
  wait(ms: number, signal?: AbortSignal): Promise<void>
}

export function createBell(clock: Clock): Bell {
  const sleepers = new Set<() => void>()
  return {
    ring() {
      for (const wake of [...sleepers]) wake()
    },
    wait: (ms, signal) =>
      new Promise((resolve) => {
        if (signal?.aborted) return resolve()
        const cancel = clock.timer(ms, wake)
        sleepers.add(wake)
        signal?.addEventListener('abort', wake, { once: true })
        function wake() {
          cancel()
          sleepers.delete(wake)
          signal?.removeEventListener('abort', wake)
          resolve()
        }
      }),
  }
}
