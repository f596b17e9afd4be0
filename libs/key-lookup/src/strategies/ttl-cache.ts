import { alike, unhinderedWrites } from '../claims.ts'
import { confirmDenials, confirmDenialsKnob } from '../confirm-denials.ts'
import { createDecisionCache } from '../decision-cache.ts'
import type { AuthorizationRequest, Decision } from '../key-lookup.ts'
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
    confirmDenials: confirmDenialsKnob,
    timeoutMs: timeoutKnob,
    maxEntries: {
      default: 10_000,
      minimum: 1,
      description: 'how many decisions are remembered; beyond that the oldest is forgotten',
    },
  },
  claim({ ttlMs, negativeTtlMs, confirmDenials }) {
    const outageMs = Math.max(ttlMs, negativeTtlMs)
    // A remembered permission names the generation, so it hides an app that was created again.
    const grant = confirmDenials
      ? { ...alike('0', 0), app: { formula: 'TTL', ms: ttlMs } }
      : { ...alike('N', negativeTtlMs), app: { formula: 'max(TTL, N)', ms: outageMs } }
    return {
      revocation: alike('TTL', ttlMs),
      grant,
      outage: { kind: 'bounded', ms: outageMs },
      write: unhinderedWrites,
    }
  },
  create(deps, knobs) {
    const { clock, controller, points } = deps
    const rpc = fingerprint.create(deps, knobs)
    const cache = createDecisionCache({ clock, ...knobs })
    const lookup = { ...rpc, authorize }
    if (!knobs.confirmDenials) return lookup
    const { timeoutMs } = knobs
    // Keys are identified by asking anyway.
    const confirming = confirmDenials({ clock, controller, timeoutMs }, lookup)
    return { ...lookup, authorize: confirming.authorize }

    // Misses at one time are not merged: the answer that is under way for another push may have been read
    // before this one's exec request, and would deny it for longer than N.
    async function authorize(request: AuthorizationRequest): Promise<Decision> {
      const remembered = cache.recall(request)
      if (remembered !== undefined) return remembered
      const remember = cache.asking(request)
      const decision = await rpc.authorize(request)
      const held = points?.('cache/before-remember')
      if (held) await held
      if (decision.kind !== 'unknown') remember(decision)
      return decision
    }
  },
})
