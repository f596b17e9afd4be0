import type { AuthorizationRequest, Decision, KeyLookup, StrategyDeps } from '@keyrace/key-lookup'

export interface LooseCacheOptions {
  readonly deps: Pick<StrategyDeps, 'clock'>
  readonly ttlMs: number
  /** What a decision is found by. */
  readonly idOf?: (request: AuthorizationRequest) => string
  /** From when its age counts. */
  readonly stamp?: 'asked' | 'stored'
  /** `beside`: what is too old is answered once more, while it is read anew. */
  readonly refreshes?: 'first' | 'beside'
  /** What is remembered, where it is not its own. */
  readonly entries?: Entries
}

export type Entries = Map<string, { readonly decision: Decision; readonly since: number }>

/** A cache of permissions as one is written in an afternoon. As its options are by default, it is right. */
export function createLooseCache(lookup: KeyLookup, options: LooseCacheOptions): KeyLookup {
  const { idOf = exactly, stamp = 'asked', refreshes = 'first', entries = new Map() } = options
  const { ttlMs } = options
  const { clock } = options.deps

  return {
    ...lookup,
    async authorize(request) {
      const known = entries.get(idOf(request))
      if (known === undefined) return ask(request)
      const ageMs = clock.now() - known.since
      if (ageMs >= ttlMs && refreshes === 'first') return ask(request)
      if (ageMs >= ttlMs) void ask(request)
      const { decision } = known
      return decision.kind === 'unknown'
        ? decision
        : { ...decision, source: 'cache', copyAgeMs: ageMs }
    },
  }

  async function ask(request: AuthorizationRequest): Promise<Decision> {
    const askedAt = clock.now()
    const decision = await lookup.authorize(request)
    const since = stamp === 'asked' ? askedAt : clock.now()
    if (decision.kind === 'allowed') entries.set(idOf(request), { decision, since })
    else entries.delete(idOf(request))
    return decision
  }
}

function exactly({ app, user, key }: AuthorizationRequest): string {
  return JSON.stringify([app, user, key.fingerprint])
}
