import { type Strategy, settle } from '@keyrace/key-lookup'
import { expect } from 'vitest'
import { withRig } from '../strategy-rig.ts'
import { push } from './push.ts'

/** What a strategy says of itself and of its decisions. */
export const statements = {
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

  'states its bounds as formulas that follow its knobs': (strategy: Strategy) => {
    for (const [factor, step] of [
      [1, 0],
      [1, 1],
      [3, 1],
    ] as const) {
      const set = Object.entries(strategy.knobs).map(
        ([knob, { default: value, maximum }], index) => [
          knob,
          Math.min(value * factor + index * step, maximum ?? Number.POSITIVE_INFINITY),
        ],
      )
      const knobs = settle('the strategy', strategy, Object.fromEntries(set))
      const { revocation, grant, write } = strategy.claim(knobs)
      for (const bound of [...Object.values(revocation), ...Object.values(grant), write]) {
        if (bound.ms === null) continue
        expect({ ...bound, ms: evaluate(bound.formula, knobs) }).toEqual(bound)
      }
    }
  },

  'refuses knobs that are unknown, too small, too large or no number': (strategy: Strategy) => {
    for (const [knob, { minimum, maximum = Number.POSITIVE_INFINITY }] of Object.entries(
      strategy.knobs,
    )) {
      for (const wrong of [minimum - 1, maximum + 1, Number.NaN, Number.POSITIVE_INFINITY]) {
        expect(() => settle('it', strategy, { [knob]: wrong })).toThrow(`it.${knob} must be`)
      }
    }
    for (const unknown of ['nonsense', 'constructor', '']) {
      expect(() => settle('it', strategy, { [unknown]: 1 })).toThrow(`it has no knob ${unknown}`)
    }
  },
}

/** `T + S` or `max(TTL, N)` under some knobs, in milliseconds. */
function evaluate(formula: string, knobs: Readonly<Record<string, number>>): number {
  const symbols: Readonly<Record<string, number | undefined>> = {
    0: 0,
    T: knobs.intervalMs ?? knobs.termMs,
    R: knobs.reconcileMs,
    S: knobs.timeoutMs,
    H: knobs.heartbeatMs,
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
