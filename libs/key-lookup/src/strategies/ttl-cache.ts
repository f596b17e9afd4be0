import { alike, unhinderedWrites } from '../claims.ts'
import { createDecisionCache } from '../decision-cache.ts'
import { timeoutKnob } from '../rpc-lookup.ts'
import { strategy } from '../strategy.ts'
import { fingerprint } from './fingerprint.ts'

/** The usual cache: what `fingerprint` asks, remembered for a while from when it was asked. */
export const ttlCache = strategy({
  description: 'asks as fingerprint does, and remembers each decision for a while',
  knobs: {
    ttlMs: {
      default: 1_000,
      minimum: 1,
      description: 'TTL: how long a permission is remembered, from when it was asked for',
    },
    negativeTtlMs: {
      default: 0,
      minimum: 0,
      description: 'N: the same for a denial; by default a denied push is asked about again',
    },
    timeoutMs: timeoutKnob,
    maxEntries: {
      default: 10_000,
      minimum: 1,
      description: 'how many decisions are remembered; beyond that the oldest is forgotten',
    },
  },
  claim({ ttlMs, negativeTtlMs }) {
    const longerMs = Math.max(ttlMs, negativeTtlMs)
    return {
      revocation: alike('TTL', ttlMs),
      // A remembered permission names the generation, so it hides an app that was created again.
      grant: {
        ...alike('N', negativeTtlMs),
        app: { formula: 'max(TTL, N)', ms: longerMs },
      },
      outage: { kind: 'bounded', ms: longerMs },
      write: unhinderedWrites,
    }
  },
  create({ clock, controller }, { timeoutMs, ...limits }) {
    const rpc = fingerprint.create({ clock, controller }, { timeoutMs })
    const cache = createDecisionCache({ clock, ...limits })
    return {
      ...rpc,
      // Misses at one time are not merged: the answer that is under way for another push may have been read
      // before this one's exec request, and would deny it for longer than N.
      async authorize(request) {
        const remembered = cache.recall(request)
        if (remembered !== undefined) return remembered
        const remember = cache.asking(request)
        const decision = await rpc.authorize(request)
        if (decision.kind !== 'unknown') remember(decision)
        return decision
      },
    }
  },
})
