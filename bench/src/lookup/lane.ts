import { setTimeout as delay } from 'node:timers/promises'
import { realClock } from '@keyrace/environment/real'
import {
  type AuthorizationRequest,
  type KeyLookup,
  type Strategy,
  type StrategyName,
  settle,
  strategies,
} from '@keyrace/key-lookup'
import { distribution } from '@keyrace/statistics'
import type { Place } from './place.ts'

/** One strategy that answers about somebody with so many keys, beside a store of so many. */
export interface Lane {
  readonly strategy: StrategyName
  readonly keysPerUser: number
  readonly place: Place
  readonly request: AuthorizationRequest
}

/** How long each lookup took, in microseconds. */
export interface Block {
  readonly us: readonly number[]
  readonly p50: number
}

/** Until it has read what it must, a strategy may not know, or not yet. */
const patienceMs = 20_000
const pauseMs = 20

/**
 * Times lookups one after the other, by a lookup that is made for them and warm: nothing of another strategy goes
 * on meanwhile. Throws where it does not come to allow the push.
 */
export async function runBlock(
  { strategy: name, place, request }: Lane,
  lookups: number,
  signal: AbortSignal,
): Promise<Block> {
  const strategy: Strategy = strategies[name]
  const lookup = strategy.create(place.depsOf(name), settle(name, strategy, {}))
  try {
    await lookup.start()
    await becomeWarm(lookup, request, name)
    const us: number[] = []
    while (us.length < lookups) {
      signal.throwIfAborted()
      const startedAt = realClock.now()
      const { kind } = await lookup.authorize(request)
      us.push((realClock.now() - startedAt) * 1_000)
      if (kind !== 'allowed') throw new Error(`${name} does not allow the push any more`)
    }
    return { us, p50: distribution(us).p50 ?? Number.NaN }
  } finally {
    await lookup.close()
  }
}

async function becomeWarm(lookup: KeyLookup, request: AuthorizationRequest, name: string) {
  const giveUpAt = realClock.now() + patienceMs
  for (;;) {
    const decision = await lookup.authorize(request)
    if (decision.kind === 'allowed') return
    if (realClock.now() > giveUpAt) {
      throw new Error(`${name} does not allow the push: ${JSON.stringify(decision)}`)
    }
    await delay(pauseMs)
  }
}
