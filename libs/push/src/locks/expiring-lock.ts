import type { Clock } from '@keyrace/environment'
import type { HeldLock, Locks } from './lock.ts'

/** Ten minutes in the original, where a build took up to fifteen. */
const expiresAfterMs = 100

/** The quirk `expiring-lock`: after a while somebody else may have it, and its holder goes on unaware. */
export function expiring(locks: Locks, clock: Clock): Locks {
  return {
    async acquire(app, holder) {
      const acquired = await locks.acquire(app, holder)
      if (acquired.kind === 'busy') return acquired
      return { kind: 'held', lock: heldUnaware(acquired.lock, clock) }
    },
  }
}

function heldUnaware(lock: HeldLock, clock: Clock): HeldLock {
  let released: Promise<void> | undefined
  const releaseOnce = () => {
    released ??= lock.release()
    return released
  }
  const cancel = clock.timer(expiresAfterMs, () => void releaseOnce())
  return {
    ...lock,
    isHeld: async () => true,
    // The lock does not wait for git to end.
    attach: async () => {},
    release() {
      cancel()
      return releaseOnce()
    },
  }
}
