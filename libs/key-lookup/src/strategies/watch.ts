import { askOnMiss } from '../ask-on-miss.ts'
import { alike, onceConfirmed, unhinderedWrites } from '../claims.ts'
import { confirmDenials, confirmDenialsKnob } from '../confirm-denials.ts'
import { createCopy } from '../copy.ts'
import { followChanges } from '../copy-follower.ts'
import { createCopyReader } from '../copy-reader.ts'
import { timeoutKnob } from '../rpc-lookup.ts'
import { strategy } from '../strategy.ts'

/** The stream of changes. One that has stalled turns into misses, which are asked about, never into stale hits. */
export const watch = strategy({
  description:
    'follows the stream of changes, and asks at each push once that has said nothing for H',
  knobs: {
    heartbeatMs: {
      default: 1_000,
      minimum: 40,
      maximum: 240_000,
      description: 'H: how old what the stream has told may be',
    },
    confirmDenials: confirmDenialsKnob,
    timeoutMs: timeoutKnob,
  },
  mostKeys: 200_000,
  claim({ heartbeatMs, confirmDenials }) {
    const bounds = alike('H', heartbeatMs)
    return {
      revocation: bounds,
      grant: confirmDenials ? onceConfirmed(bounds) : bounds,
      outage: { kind: 'bounded', ms: heartbeatMs },
      write: unhinderedWrites,
    }
  },
  create({ clock, controller }, { heartbeatMs, timeoutMs, confirmDenials: confirms }) {
    const copy = createCopy({ clock, boundMs: heartbeatMs, source: 'watch' })
    const closing = new AbortController()
    const { signal } = closing
    const reader = createCopyReader({ clock, controller, copy, signal })
    const deps = { clock, controller, timeoutMs }
    const lookup = askOnMiss(deps, {
      identify: async (key) => copy.identify(key),
      authorize: async (request) => copy.authorize(request),
    })
    let following = Promise.resolve()

    return {
      ...(confirms ? confirmDenials(deps, lookup) : lookup),
      async start() {
        await reader.catchUp({ purpose: 'background', timeoutMs })
        following = followChanges({ ...deps, copy, reader, heartbeatMs, signal })
      },
      async close() {
        closing.abort()
        await following
      },
    }
  },
})
