import { alike, onceConfirmed, unhinderedWrites } from '../claims.ts'
import { confirmDenials, confirmDenialsKnob } from '../confirm-denials.ts'
import { createCopy } from '../copy.ts'
import { createCopyReader } from '../copy-reader.ts'
import type { KeyLookup } from '../key-lookup.ts'
import { repeat } from '../repeat.ts'
import { strategy } from '../strategy.ts'

/** The whole snapshot, on an interval. A copy older than the bound is not used: the answer is unknown. */
export const poll = strategy({
  description: 'keeps a whole copy of keys, apps and permissions, read anew each T',
  knobs: {
    intervalMs: {
      default: 1_000,
      minimum: 1,
      description: 'T: from one read being sent to the next',
    },
    timeoutMs: { default: 1_000, minimum: 1, description: 'S: how long one read may take' },
    confirmDenials: confirmDenialsKnob,
  },
  mostKeys: 200_000,
  claim({ intervalMs, timeoutMs, confirmDenials }) {
    const boundMs = intervalMs + timeoutMs
    const bounds = alike('T + S', boundMs)
    return {
      revocation: bounds,
      grant: confirmDenials ? onceConfirmed(bounds) : bounds,
      outage: { kind: 'bounded', ms: boundMs },
      write: unhinderedWrites,
    }
  },
  create({ clock, controller }, { intervalMs, timeoutMs, confirmDenials: confirms }) {
    const copy = createCopy({ clock, boundMs: intervalMs + timeoutMs })
    const closing = new AbortController()
    const { signal } = closing
    const reader = createCopyReader({ clock, controller, copy, signal })
    const refresh = () => reader.readSnapshot({ purpose: 'background', timeoutMs })
    let polling = Promise.resolve()

    const lookup: KeyLookup = {
      async start() {
        const since = clock.now()
        await refresh()
        polling = repeat({ clock, intervalMs, since, signal }, refresh)
      },
      identify: async (key) => copy.identify(key),
      authorize: async (request) => copy.authorize(request),
      async close() {
        closing.abort()
        await polling
      },
    }
    if (!confirms) return lookup
    return { ...lookup, ...confirmDenials({ clock, controller, timeoutMs }, lookup) }
  },
})
