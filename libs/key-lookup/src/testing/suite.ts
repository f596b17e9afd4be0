import type { Bound } from '@keyrace/contracts'
import { describe, expect, test } from 'vitest'
import type { Decision, KeyLookup } from '../key-lookup.ts'
import { type Strategy, settle } from '../strategy.ts'
import type { Fault } from './fake-controller.ts'
import { keyOf, type Rig, withRig } from './rig.ts'

/**
 * What every strategy must do, whatever it claims: each mutation is honoured once its claimed bound is
 * over, and a lookup that failed is never a permission. An exception names a claim of this suite, and why
 * it does not hold.
 */
export function describeStrategy(
  name: string,
  strategy: Strategy,
  { exceptions = {} }: { readonly exceptions?: Partial<Record<ClaimText, string>> } = {},
): void {
  describe(`${name}, as every strategy,`, () => {
    for (const [text, holds] of Object.entries(claims)) {
      const reason = exceptions[text as ClaimText]
      if (reason === undefined) test(text, () => holds(strategy))
      else test.skip(`${text} (not here: ${reason})`, () => {})
    }
  })
}

type ClaimText = keyof typeof claims

const claims = {
  'admits owner, granted user and administrator, and names the generation': (strategy: Strategy) =>
    withRig(strategy, {}, async ({ lookup }) => {
      await lookup.start()
      for (const user of ['alice', 'bob', 'root']) {
        expect(await lookup.identify(keyOf(user))).toEqual({ kind: 'user', user })
        expect(await push(lookup, user)).toMatchObject({ kind: 'allowed', generation: 1 })
      }
    }),

  'denies a user without permission': (strategy: Strategy) =>
    withRig(strategy, {}, async ({ lookup }) => {
      await lookup.start()
      expect(await push(lookup, 'mallory')).toMatchObject({ kind: 'denied', code: 'forbidden' })
    }),

  'denies a key that nobody has, and one of somebody else': (strategy: Strategy) =>
    withRig(strategy, {}, async ({ lookup }) => {
      await lookup.start()
      expect(await lookup.identify(keyOf('nobody'))).toEqual({ kind: 'unknown-key' })
      for (const key of [keyOf('nobody'), keyOf('bob'), keyOf('mallory')]) {
        const decision = await lookup.authorize({ app: 'web', user: 'alice', key })
        expect(decision).toMatchObject({ kind: 'denied', code: 'key-not-found' })
      }
    }),

  'takes an app by its whole name and never by a part of it': (strategy: Strategy) =>
    withRig(strategy, {}, async ({ controller, lookup }) => {
      controller.createApp('webshop', 'alice')
      controller.createApp('sho', 'mallory')
      await lookup.start()
      for (const app of ['we', 'eb', 'webs', 'webshop-2', 'constructor', '']) {
        expect(await push(lookup, 'alice', app)).toMatchObject({ kind: 'denied' })
      }
      expect(await push(lookup, 'mallory', 'shop')).toMatchObject({ kind: 'denied' })
      expect(await push(lookup, 'bob', 'webshop')).toMatchObject({ kind: 'denied' })
    }),

  'denies a removed key once its bound is over': (strategy: Strategy) =>
    revoked(strategy, 'key', (controller) => controller.removeKey(keyOf('bob').fingerprint)),

  'denies a user whose permission was removed, once its bound is over': (strategy: Strategy) =>
    revoked(strategy, 'permission', (controller) => controller.revokeGrant('web', 'bob')),

  'denies a deleted app once its bound is over': (strategy: Strategy) =>
    revoked(strategy, 'app', (controller) => controller.deleteApp('web')),

  'denies a key that another user has now, once its bound is over': (strategy: Strategy) =>
    revoked(strategy, 'key', (controller) => {
      controller.removeKey(keyOf('bob').fingerprint)
      controller.addKey('alice', keyOf('bob'))
    }),

  'takes an app that somebody else created again for another generation': (strategy: Strategy) =>
    withRig(strategy, {}, async (rig) => {
      const { controller, lookup } = rig
      await lookup.start()
      expect(await push(lookup, 'alice')).toMatchObject({ kind: 'allowed', generation: 1 })
      controller.deleteApp('web')
      controller.createApp('web', 'mallory')
      await elapse(rig, strategy, ({ revocation, grant }) => [revocation.app, grant.app])
      expect(await push(lookup, 'alice')).toMatchObject({ kind: 'denied' })
      expect(await push(lookup, 'bob')).toMatchObject({ kind: 'denied' })
      expect(await push(lookup, 'mallory')).toMatchObject({ kind: 'allowed', generation: 2 })
    }),

  'admits what was granted once its bound is over': (strategy: Strategy) =>
    withRig(strategy, {}, async (rig) => {
      const { controller, lookup } = rig
      await lookup.start()
      expect(await push(lookup, 'mallory')).toMatchObject({ kind: 'denied' })
      controller.grant('web', 'mallory')
      controller.addKey('alice', keyOf('alice', 'second'))
      controller.createApp('blog', 'bob')
      await elapse(rig, strategy, ({ grant }) => Object.values(grant))
      expect(await push(lookup, 'mallory')).toMatchObject({ kind: 'allowed' })
      expect(await push(lookup, 'bob', 'blog')).toMatchObject({ kind: 'allowed' })
      const key = keyOf('alice', 'second')
      const decision = await lookup.authorize({ app: 'web', user: 'alice', key })
      expect(decision).toMatchObject({ kind: 'allowed' })
    }),

  'answers unknown, and never allowed, when its first lookups fail': async (strategy: Strategy) => {
    for (const fault of faults) {
      await withRig(strategy, {}, async ({ controller, lookup }) => {
        controller.fault = fault
        await lookup.start()
        await expectNobodyKnows(lookup)
      })
    }
  },

  'answers unknown, and never allowed, once a failure has outlasted its outage bound': async (
    strategy: Strategy,
  ) => {
    for (const fault of faults) {
      await withRig(strategy, {}, async ({ controller, lookup, elapse }) => {
        await lookup.start()
        expect(await push(lookup, 'alice')).toMatchObject({ kind: 'allowed' })
        controller.fault = fault
        const { outage } = claimOf(strategy)
        if (outage.kind === 'unbounded') return
        // Whatever is asked right at the end of the bound may still be answered from a copy.
        await elapse(outage.kind === 'bounded' ? outage.ms + 0.001 : 0)
        await expectNobodyKnows(lookup)
      })
    }
  },

  'answers again once the controller does': (strategy: Strategy) =>
    withRig(strategy, {}, async (rig) => {
      rig.controller.fault = 'server-error'
      await rig.lookup.start()
      await rig.elapse(10_000)
      rig.controller.fault = 'none'
      await elapse(rig, strategy, ({ grant }) => Object.values(grant))
      expect(await push(rig.lookup, 'alice')).toMatchObject({ kind: 'allowed' })
    }),

  'says what each decision rests on': (strategy: Strategy) =>
    withRig(strategy, {}, async ({ lookup }) => {
      await lookup.start()
      for (const user of ['alice', 'mallory']) {
        const decision = await push(lookup, user)
        if (decision.kind === 'unknown') expect.unreachable(decision.reason)
        else {
          expect(decision).toMatchObject({ source: expect.any(String), epoch: 'epoch-1' })
          expect(decision.revision).toBeGreaterThan(0)
          expect(decision.copyAgeMs).toBeGreaterThanOrEqual(0)
        }
      }
    }),

  'can be closed while it starts, and without having been started': async (strategy: Strategy) => {
    await withRig(strategy, {}, async () => {})
    await withRig(strategy, {}, async ({ lookup }) => {
      const starting = lookup.start()
      await lookup.close()
      await starting
    })
  },

  'states its bounds as formulas that follow its knobs': (strategy: Strategy) => {
    for (const factor of [1, 3]) {
      const set = Object.entries(strategy.knobs).map(([knob, { default: value }], index) => [
        knob,
        value * factor + index,
      ])
      const knobs = settle('the strategy', strategy, Object.fromEntries(set))
      const { revocation, grant, write } = strategy.claim(knobs)
      for (const bound of [...Object.values(revocation), ...Object.values(grant), write]) {
        expect({ ...bound, ms: evaluate(bound.formula, knobs) }).toEqual(bound)
      }
    }
  },

  'refuses knobs that are unknown, too small or no number': (strategy: Strategy) => {
    const [knob = ''] = Object.keys(strategy.knobs)
    const minimum = strategy.knobs[knob]?.minimum ?? 0
    for (const wrong of [minimum - 1, Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(() => settle('it', strategy, { [knob]: wrong })).toThrow(`it.${knob} must be`)
    }
    for (const unknown of ['nonsense', 'constructor', '']) {
      expect(() => settle('it', strategy, { [unknown]: 1 })).toThrow(`it has no knob ${unknown}`)
    }
  },
}

const faults: readonly Fault[] = [
  'silent',
  'server-error',
  'wrong-body',
  'wrong-status',
  'no-stamp',
]

/**
 * bob may push to web, until a revocation. It comes at several moments, so that it meets each phase of
 * whatever the strategy repeats.
 */
async function revoked(
  strategy: Strategy,
  kind: 'app' | 'permission' | 'key',
  revoke: (controller: Rig['controller']) => void,
): Promise<void> {
  const bound = claimOf(strategy).revocation[kind]
  for (let phase = 0; phase < 10; phase++) {
    await withRig(strategy, { seed: phase }, async (rig) => {
      await rig.lookup.start()
      await rig.elapse((phase / 10) * (bound.ms ?? 0))
      expect(await push(rig.lookup, 'bob')).toMatchObject({ kind: 'allowed' })
      revoke(rig.controller)
      await elapse(rig, strategy, ({ revocation }) => [revocation[kind]])
      expect(await push(rig.lookup, 'bob')).toMatchObject({ kind: 'denied' })
    })
  }
}

async function expectNobodyKnows(lookup: KeyLookup): Promise<void> {
  for (const user of ['alice', 'mallory', 'nobody']) {
    expect(await push(lookup, user)).toMatchObject({ kind: 'unknown', reason: expect.any(String) })
    expect(await lookup.identify(keyOf(user))).toMatchObject({ kind: 'unavailable' })
  }
}

function push(lookup: KeyLookup, user: string, app = 'web'): Promise<Decision> {
  return lookup.authorize({ app, user, key: keyOf(user) })
}

/** Waits for the longest of some claimed bounds, and not a microsecond more. */
function elapse(
  rig: Rig,
  strategy: Strategy,
  bounds: (claim: ReturnType<Strategy['claim']>) => readonly Bound[],
): Promise<void> {
  return rig.elapse(Math.max(...bounds(claimOf(strategy)).map(({ ms }) => ms ?? 0)))
}

function claimOf(strategy: Strategy) {
  return strategy.claim(settle('the strategy', strategy, {}))
}

/** `T + S` or `max(TTL, N)` under some knobs, in milliseconds. */
function evaluate(formula: string, knobs: Readonly<Record<string, number>>): number {
  const symbols: Readonly<Record<string, number | undefined>> = {
    0: 0,
    T: knobs.intervalMs,
    S: knobs.timeoutMs,
    TTL: knobs.ttlMs,
    N: knobs.negativeTtlMs,
  }
  const longest = /^max\((.+), (.+)\)$/.exec(formula)
  if (longest !== null) return Math.max(...longest.slice(1).map((part) => evaluate(part, knobs)))
  return formula
    .split(' + ')
    .map((symbol) => symbols[symbol] ?? Number.NaN)
    .reduce((sum, ms) => sum + ms)
}
