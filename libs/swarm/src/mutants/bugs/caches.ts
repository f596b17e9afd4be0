import {
  type AuthorizationRequest,
  type KeyLookup,
  type StrategyDeps,
  strategies,
} from '@keyrace/key-lookup'
import { calm, chased, lossy, struckAtEndings, withKnobs } from '../focus.ts'
import { createLooseCache, type Entries, type LooseCacheOptions } from '../loose-cache.ts'
import type { Mutant } from '../mutant.ts'
import { strategyBehind, strategyMade } from '../wiring.ts'

const cached = { strategies: ['ttl-cache'], commitCheck: 'none' } as const

export const refreshBeside: Mutant = {
  sentence:
    'what is too old is answered once more while it is read anew: idle time adds to staleness',
  source: 'OpenFGA docs/caching.md, first check staleness; openfga#2811',
  killedBy: 'stale-admission',
  where: cached,
  focus: calm,
  plant: () => loosely({ refreshes: 'beside' }),
}

export const stampedWhenStored: Mutant = {
  sentence: 'an answer counts as new from when it is stored, and not from when it was asked for',
  source: 'openfga#3155',
  killedBy: 'stale-admission',
  where: cached,
  focus: (plan) =>
    chased(slowAnswers({ ...plan, knobs: { ...plan.knobs, ttlMs: 80, timeoutMs: 2_000 } }), {
      fromMs: -100,
      toMs: 400,
      times: 12,
    }),
  plant: () => loosely({ stamp: 'stored' }),
}

const slowAnswers = struckAtEndings('delay', (_, __, endsAtMs) => ({
  fromMs: endsAtMs - 300,
  toMs: endsAtMs + 300,
  node: 'controller',
  peer: 'builder-1',
  strength: 250,
}))

export const cacheOfCache: Mutant = {
  sentence: 'an answer from a common cache is taken for a new one by the cache of each builder',
  source: 'OpenFGA docs/caching.md; openfga#2843',
  killedBy: 'stale-admission',
  where: cached,
  focus: (plan) => chased(withKnobs({ ttlMs: 300 })(plan)),
  plant() {
    const entries: Entries = new Map()
    return strategyMade((deps, { ttlMs = 0, timeoutMs = 0 }) => {
      const common = createLooseCache(rpc(deps, timeoutMs), { deps, ttlMs, entries })
      return createLooseCache(common, { deps, ttlMs })
    })
  },
}

export const cancelledIsDenied: Mutant = {
  sentence: 'a question that came to nothing is remembered as a denial',
  source: 'openfga#3125',
  killedBy: 'stale-reject',
  where: cached,
  focus: (plan) => lossy(withKnobs({ ttlMs: 40, timeoutMs: 60 })(plan), 0.4),
  plant: () =>
    strategyBehind((lookup, { clock }) => {
      const denied = new Map<string, number>()
      const idOf = ({ app, user }: AuthorizationRequest) => JSON.stringify([app, user])
      const denial = { kind: 'denied', code: 'forbidden', source: 'cache' } as const
      let position = { epoch: '', revision: 0 }
      return {
        async authorize(request) {
          const since = denied.get(idOf(request))
          if (since !== undefined && clock.now() - since < 1_000)
            return { ...denial, ...position, copyAgeMs: clock.now() - since }
          const decision = await lookup.authorize(request)
          if (decision.kind === 'unknown') denied.set(idOf(request), clock.now())
          else position = { epoch: decision.epoch, revision: decision.revision }
          return decision
        },
      }
    }),
}

export const joinedNames: Mutant = {
  sentence:
    'what is remembered is found by names that are joined by a mark that they may have in them',
  source: 'openfga#3117, openfga#3148',
  killedBy: 'unauthorised-accept',
  where: cached,
  focus: confusable,
  plant: () => loosely({ idOf: ({ app, user }) => `${app}-${user}` }),
}

/** `shop` of `api-ada` and `shop-api` of `ada` are the same once they are joined. */
function confusable(plan: Parameters<typeof calm>[0]): Parameters<typeof calm>[0] {
  const push = { f: 'push', app: 'shop', replica: 'builder-1', ref: 'refs/heads/main' } as const
  return {
    ...withKnobs({ ttlMs: 500 })(plan),
    users: [
      { name: 'ada', keys: 1 },
      { name: 'api-ada', keys: 1 },
    ],
    apps: [
      { name: 'shop', owner: 'ada', collaborators: [] },
      { name: 'shop-api', owner: 'ada', collaborators: [] },
    ],
    operations: [
      { ...push, id: 'o1', atMs: 0, by: 'ada', key: 'ada/1', app: 'shop-api' },
      { ...push, id: 'o2', atMs: 200, by: 'api-ada', key: 'api-ada/1' },
    ],
  }
}

function loosely(options: Omit<LooseCacheOptions, 'deps' | 'ttlMs'>) {
  return strategyMade((deps, { ttlMs = 0, timeoutMs = 0 }) =>
    createLooseCache(rpc(deps, timeoutMs), { ...options, deps, ttlMs }),
  )
}

function rpc(deps: StrategyDeps, timeoutMs: number): KeyLookup {
  return strategies.combined.create(deps, { timeoutMs })
}

export const withoutEvidence: Mutant = {
  sentence:
    'a builder lets in who has lost the right to it, and keeps no evidence of how it decided',
  source: 'of our own: evidence may be missing, and what clients saw must convict',
  killedBy: 'stale-accept',
  where: cached,
  focus: (plan) => chased(calm(plan)),
  plant: () => ({
    ...loosely({ refreshes: 'beside' }),
    pushes(deps) {
      const { trace } = deps
      return { ...deps, trace: { emit: (push) => trace.emit({ ...push, admission: null }) } }
    },
  }),
}
