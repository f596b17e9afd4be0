import { sleep } from '@keyrace/environment'
import type { Decision } from '@keyrace/key-lookup'
import { calm } from '../focus.ts'
import type { Mutant } from '../mutant.ts'
import { strategyBehind } from '../wiring.ts'

const asked = { strategies: ['combined'], commitCheck: 'none' } as const

export const failsOpen: Mutant = {
  sentence: 'who cannot be told about is let in',
  source: 'proxies that fail open on a timeout',
  killedBy: 'unauthorised-accept',
  where: asked,
  plant: () =>
    strategyBehind((lookup) => {
      const last = new Map<string, Decision>()
      return {
        async authorize(request) {
          const decision = await lookup.authorize(request)
          if (decision.kind === 'allowed') last.set(request.app, decision)
          return decision.kind === 'unknown' ? (last.get(request.app) ?? decision) : decision
        },
      }
    }),
}

export const negativeCache: Mutant = {
  sentence:
    'that a key is unknown is remembered, and a key that was added a moment ago stays unknown',
  source: 'negative caching, as of names in RFC 2308',
  killedBy: 'stale-reject',
  where: asked,
  focus: calm,
  plant: () =>
    strategyBehind((lookup) => {
      const unknown = new Set<string>()
      return {
        async identify(key) {
          if (unknown.has(key.fingerprint)) return { kind: 'unknown-key' }
          const identification = await lookup.identify(key)
          if (identification.kind === 'unknown-key') unknown.add(key.fingerprint)
          return identification
        },
      }
    }),
}

export const sharedFlight: Mutant = {
  sentence: 'questions about one app that are asked at one time share one answer, whoever asks',
  source: 'SpiceDB internal/datastore/revisions/optimized.go: single flight',
  killedBy: 'unauthorised-accept',
  where: asked,
  focus: (plan) => ({ ...calm(plan), networkLatencyMs: { from: 20, to: 60 } }),
  plant: () =>
    strategyBehind((lookup) => {
      const flights = new Map<string, Promise<Decision>>()
      return {
        authorize(request) {
          const { app } = request
          const flight =
            flights.get(app) ?? lookup.authorize(request).finally(() => flights.delete(app))
          flights.set(app, flight)
          return flight
        },
      }
    }),
}

/** In one world of so many. */
const canaryIn = 100

export const canary: Mutant = {
  sentence: `who has every right is denied, in one world of ${canaryIn}: a search that is silent about it is broken`,
  source: 'TigerBeetle: the canary of its fleet of fuzzers',
  killedBy: 'stale-reject',
  where: asked,
  focus: calm,
  plant: ({ seed }) => (seed % canaryIn === 0 ? denying : {}),
}

const denying = strategyBehind((lookup) => ({
  async authorize(request) {
    const decision = await lookup.authorize(request)
    if (decision.kind !== 'allowed') return decision
    const { generation: _, ...grounds } = decision
    return { ...grounds, kind: 'denied', code: 'forbidden' }
  },
}))

export const harmless: Mutant = {
  sentence: 'every question is asked twice, a little later: a waste, and no fault',
  source: 'of our own: what is right must not be convicted',
  killedBy: 'any',
  where: asked,
  plant: () =>
    strategyBehind((lookup, { clock }) => ({
      async authorize(request) {
        await lookup.authorize(request)
        await sleep(clock, 1)
        return lookup.authorize(request)
      },
    })),
}
