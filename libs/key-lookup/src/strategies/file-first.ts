import { StorageError } from '@keyrace/environment'
import { createAdmittedKeys } from '../admitted-keys.ts'
import { authorizeByRpc } from '../authorize-by-rpc.ts'
import { alike, onceConfirmed, unhinderedWrites } from '../claims.ts'
import { identifyByRpc } from '../identify-by-rpc.ts'
import { readChanges } from '../read-changes.ts'
import { repeat } from '../repeat.ts'
import { strategy } from '../strategy.ts'

const fileName = 'authorized_keys'

/**
 * Check the authorized_keys file first, then ask: the file has the keys that this builder has admitted, and outlives
 * it. What has changed is taken out each T; a file that was not looked after for longer than the bound is not used.
 */
export const fileFirst = strategy({
  description:
    'looks into its authorized_keys file, pruned each T, and asks where that does not say',
  knobs: {
    intervalMs: {
      default: 1_000,
      minimum: 1,
      description: 'T: from one look at what has changed to the next',
    },
    timeoutMs: { default: 1_000, minimum: 1, description: 'S: how long the controller may take' },
    maxEntries: {
      default: 10_000,
      minimum: 1,
      description: 'how many keys are remembered; beyond that the oldest is forgotten',
    },
  },
  claim({ intervalMs, timeoutMs }) {
    const boundMs = intervalMs + timeoutMs
    const bounds = alike('T + S', boundMs)
    return {
      revocation: bounds,
      grant: onceConfirmed(bounds),
      outage: { kind: 'bounded', ms: boundMs },
      write: unhinderedWrites,
    }
  },
  create({ clock, controller, files }, { intervalMs, timeoutMs, maxEntries }) {
    const admitted = createAdmittedKeys({ clock, boundMs: intervalMs + timeoutMs, maxEntries })
    const closing = new AbortController()
    const { signal } = closing
    const deps = { clock, controller, timeoutMs }
    const rpc = { identify: identifyByRpc(deps), authorize: authorizeByRpc(deps) }
    let written: string | undefined
    let pruning = Promise.resolve()

    return {
      async start() {
        const since = clock.now()
        await read()
        await prune()
        pruning = repeat({ clock, intervalMs, since, signal }, async () => {
          await prune()
          await write()
        })
      },
      async identify(key) {
        const user = admitted.user(key)
        return user === undefined ? rpc.identify(key) : { kind: 'user', user }
      },
      async authorize(request) {
        const remembered = admitted.recall(request)
        if (remembered !== undefined) return remembered
        const askedAt = clock.now()
        const decision = await rpc.authorize(request)
        if (decision.kind === 'allowed') admitted.admit(request, decision, askedAt)
        return decision
      },
      async close() {
        closing.abort()
        await pruning
        await write()
      },
    }

    async function prune() {
      if (admitted.position() === undefined) return
      const read = await readChanges({ clock, controller, signal }, admitted, {
        purpose: 'background',
        timeoutMs,
      })
      if (read === 'gap') admitted.clear()
    }

    async function read() {
      const text = await unlessBroken(files.read(fileName))
      if (text !== undefined) admitted.restore(text)
    }

    async function write() {
      const text = admitted.render()
      if (text === written) return
      const isWritten = await unlessBroken(files.replace(fileName, text).then(() => true))
      if (isWritten) written = text
    }
  },
})

/** The file spares questions and nothing else: what the disk does not do is done without. */
async function unlessBroken<T>(work: Promise<T>): Promise<T | undefined> {
  try {
    return await work
  } catch (error) {
    if (error instanceof StorageError) return undefined
    throw error
  }
}
