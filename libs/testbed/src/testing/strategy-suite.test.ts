import { within } from '@keyrace/environment'
import {
  type Decision,
  type Identification,
  type KeyLookup,
  type Strategy,
  strategies,
} from '@keyrace/key-lookup'
import { describe, expect, test } from 'vitest'
import { keyOf } from './strategy-rig.ts'
import { claims } from './strategy-suite.ts'

type Bug = (lookup: KeyLookup, deps: Parameters<Strategy['create']>[0]) => Partial<KeyLookup>

/** What somebody may get wrong in a strategy, and a claim of the suite that must not hold then. */
const bugs: Readonly<Record<string, readonly [bug: Bug, convictedBy: keyof typeof claims]>> = {
  'a failure is a denial': [
    (lookup) => ({
      authorize: (request) => lookup.authorize(request).then(deniedUnlessKnown),
    }),
    'answers unknown, and never allowed, when its first lookups fail',
  ],
  'a failure is a permission': [
    (lookup) => ({
      authorize: (request) => lookup.authorize(request).then(allowedUnlessKnown),
    }),
    'answers unknown, and never allowed, once a failure has outlasted its outage bound',
  ],
  'a key that nobody could look up is unknown': [
    (lookup) => ({
      identify: async (key) => {
        const found = await lookup.identify(key)
        return found.kind === 'unavailable' ? { kind: 'unknown-key' } : found
      },
    }),
    'identifies nobody, known or not, once a failure has outlasted its outage bound',
  ],
  'a user is remembered for ever': [
    (lookup) => ({ identify: remembered(lookup.identify, ({ fingerprint }) => fingerprint) }),
    'knows a key as that of the user who has it now, once its bounds are over',
  ],
  'a decision is remembered for ever': [
    rememberedForEver,
    'denies a deleted app once its bound is over',
  ],
  'a permission outlives its user': [
    rememberedForEver,
    'denies a user who has cancelled the account, once the bound of their keys is over',
  ],
  'a permission outlives its app': [
    rememberedForEver,
    'takes no permission on an app for one on the next of its name',
  ],
  'a generation is remembered for ever': [
    rememberedForEver,
    'names the generation of an app that was created again, once its bounds are over',
  ],
  'an owner is remembered for ever': [
    rememberedForEver,
    'takes a transferred app from its former owner, and admits the new one, once their bounds are over',
  ],
  'a denial is remembered for ever': [
    rememberedForEver,
    'admits a user who was granted permission, once its bound is over',
  ],
  'a history that has ended goes on': [
    rememberedForEver,
    'serves nothing of a history that a restored backup has ended, once its bounds are over',
  ],
  'the key is not looked at': [
    (lookup) => ({
      authorize: (request) => lookup.authorize({ ...request, key: keyOf(request.user) }),
    }),
    'denies a key that nobody has, and one of somebody else',
  ],
  "a push takes the answer to another one's question": [
    (lookup) => {
      const underWay = new Map<string, Promise<Decision>>()
      return {
        authorize(request) {
          const id = JSON.stringify(request)
          const shared = underWay.get(id) ?? lookup.authorize(request)
          underWay.set(id, shared)
          return shared.finally(() => underWay.delete(id))
        },
      }
    },
    'denies a deleted app once its bound is over',
  ],
  'an app is matched by a part of its name': [
    (lookup) => ({
      authorize: (request) =>
        lookup.authorize({ ...request, app: request.app.includes('web') ? 'web' : request.app }),
    }),
    'takes no permission for one on an app whose name is a part of the other',
  ],
  'an answer is taken after its deadline': [
    (lookup, { clock }) => {
      const late = new Map<string, Decision>()
      return {
        async authorize(request) {
          const known = late.get(request.user)
          if (known !== undefined) return known
          const asking = lookup.authorize(request)
          void asking.then((decision) => late.set(request.user, decision))
          const answer = await within(clock, 2_000, asking)
          return typeof answer === 'symbol' ? { kind: 'unknown', reason: 'timeout' } : answer
        },
      }
    },
    'learns nothing from an answer that comes after its deadline',
  ],
  'it goes on when it is closed': [
    () => ({ close: async () => {} }),
    'answers unknown once it is closed, and asks nobody',
  ],
  'it leaves a timer behind': [
    (_, { clock }) => ({
      start: async () => {
        const again = () => void clock.timer(1_000, again)
        again()
      },
    }),
    'admits owner, granted user and administrator, and names the generation',
  ],
}

describe('the suite of all strategies', () => {
  test.each(Object.entries(bugs))('notices that %s', async (_, [bug, convictedBy]) => {
    const claim = claims[convictedBy]
    await claim(sound)
    await expect(async () => claim(withBug(bug))).rejects.toThrow()
  })
})

/** It waits for longer than it says, so that only the bug decides. */
const sound: Strategy = {
  ...strategies.combined,
  create: (deps) => strategies.combined.create(deps, { timeoutMs: 2_000 }),
}

function withBug(bug: Bug): Strategy {
  return {
    ...sound,
    create(deps) {
      const lookup = strategies.combined.create(deps, { timeoutMs: 10_000 })
      return { ...lookup, ...bug(lookup, deps) }
    },
  }
}

function rememberedForEver(lookup: KeyLookup): Partial<KeyLookup> {
  return { authorize: remembered(lookup.authorize, (request) => JSON.stringify(request)) }
}

function remembered<Q, A extends Decision | Identification>(
  ask: (question: Q) => Promise<A>,
  idOf: (question: Q) => string,
): (question: Q) => Promise<A> {
  const answers = new Map<string, A>()
  return async (question) => {
    const id = idOf(question)
    const answer = answers.get(id) ?? (await ask(question))
    answers.set(id, answer)
    return answer
  }
}

const grounds = { source: 'cache', epoch: 'epoch-1', revision: 1, copyAgeMs: 0 } as const

function deniedUnlessKnown(decision: Decision): Decision {
  return decision.kind === 'unknown' ? { kind: 'denied', code: 'forbidden', ...grounds } : decision
}

function allowedUnlessKnown(decision: Decision): Decision {
  return decision.kind === 'unknown' ? { kind: 'allowed', generation: 1, ...grounds } : decision
}
