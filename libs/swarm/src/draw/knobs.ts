import type { Knobs } from '@keyrace/contracts'
import { type Strategy, type StrategyName, settle, strategies } from '@keyrace/key-lookup'
import type { Dice } from './dice.ts'

/** What knobs of these names are drawn from: short, so that bounds are reached often in a short world. */
const ranges: Readonly<Record<string, (dice: Dice, name: string) => number>> = {
  intervalMs: (dice, name) => dice.integer(name, 40, 400),
  timeoutMs: (dice, name) => dice.integer(name, 120, 500),
  ttlMs: (dice, name) => dice.integer(name, 40, 600),
  negativeTtlMs: (dice, name) => (dice.chance(`${name}?`, 0.4) ? dice.integer(name, 20, 300) : 0),
  heartbeatMs: (dice, name) => dice.integer(name, 150, 600),
  reconcileMs: (dice, name) => dice.integer(name, 40, 400),
  termMs: (dice, name) => dice.integer(name, 150, 1_000),
  // A few, so that something is forgotten; or far more than there is.
  maxEntries: (dice, name) => (dice.chance(`${name}?`, 0.3) ? dice.integer(name, 1, 4) : 10_000),
  confirmDenials: (dice, name) => dice.integer(name, 0, 1),
  acknowledged: (dice, name) => dice.integer(name, 0, 1),
  watch: (dice, name) => dice.integer(name, 0, 1),
}

/** One value for each knob of the strategy. */
export function drawKnobs(dice: Dice, name: StrategyName): Knobs {
  const rival: Strategy = strategies[name]
  const drawn = Object.keys(rival.knobs).map((knob) => {
    const range = ranges[knob]
    if (range === undefined) throw new Error(`nothing says what ${name}.${knob} is drawn from`)
    return [knob, range(dice, knob)]
  })
  return settle(name, rival, Object.fromEntries(drawn))
}
