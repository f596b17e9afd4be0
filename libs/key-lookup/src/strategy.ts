import type { Claim, Knobs } from '@keyrace/contracts'
import type { ControllerClient } from '@keyrace/controller-client'
import type { Clock } from '@keyrace/environment'
import type { KeyLookup } from './key-lookup.ts'

export interface StrategyDeps {
  readonly clock: Clock
  /** Speaks to the controller as a builder. */
  readonly controller: ControllerClient
}

/** A number that a run may set: `--set poll.intervalMs=500`. */
export interface Knob {
  readonly default: number
  readonly minimum: number
  readonly description: string
}

/** One rival: what it is called, what it promises, how it is made. */
export interface Strategy<Name extends string = string> {
  readonly description: string
  readonly knobs: Readonly<Record<Name, Knob>>
  claim(knobs: Readonly<Record<Name, number>>): Claim
  create(deps: StrategyDeps, knobs: Readonly<Record<Name, number>>): KeyLookup
}

/** Keeps the knob names of a strategy's definition. */
export function strategy<const Name extends string>(definition: Strategy<Name>): Strategy<Name> {
  return definition
}

/** The defaults, with what the run sets. Throws a RangeError that names a knob that is not there or too small. */
export function settle(name: string, { knobs }: Strategy, set: Knobs): Knobs {
  const settled = Object.fromEntries(
    Object.entries(knobs).map(([knob, { default: value }]) => [knob, value]),
  )
  for (const [knob, value] of Object.entries(set)) {
    const known = Object.hasOwn(knobs, knob) ? knobs[knob] : undefined
    if (known === undefined) {
      throw new RangeError(`${name} has no knob ${knob}; it has ${Object.keys(knobs).join(', ')}`)
    }
    if (!Number.isFinite(value) || value < known.minimum) {
      throw new RangeError(`${name}.${knob} must be a number of at least ${known.minimum}`)
    }
    settled[knob] = value
  }
  return settled
}
