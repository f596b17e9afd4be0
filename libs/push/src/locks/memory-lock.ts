import type { AppGeneration } from '@keyrace/contracts'
import type { Clock } from '@keyrace/environment'
import { generationName } from '../repositories.ts'
import type { HeldLock, Locks } from './lock.ts'

interface Holder {
  readonly name: string
  readonly since: number
  readonly token: number
}

/**
 * Locks in the memory of one process, as the original had them. Nobody waits: who comes second is told who
 * is at work. They say nothing to another process, so replicas that share repositories are not kept apart.
 */
export function createMemoryLocks({ clock }: { readonly clock: Clock }): Locks {
  const holders = new Map<string, Holder>()
  let tokens = 0

  return {
    async acquire(app, holder) {
      const known = holders.get(generationName(app))
      if (known !== undefined) {
        return { kind: 'busy', holder: known.name, ageMs: clock.now() - known.since }
      }
      return { kind: 'held', lock: hold(app, holder) }
    },
  }

  function hold(app: AppGeneration, name: string): HeldLock {
    const id = generationName(app)
    const mine = { name, since: clock.now(), token: ++tokens }
    holders.set(id, mine)
    const release = async () => {
      if (holders.get(id) === mine) holders.delete(id)
    }
    return {
      token: mine.token,
      isHeld: async () => holders.get(id) === mine,
      // Whoever works for us is forgotten together with us, when this process ends.
      attach: async () => {},
      release,
      retire: release,
    }
  }
}
