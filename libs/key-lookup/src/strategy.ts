import type { Claim, Knobs } from '@keyrace/contracts'
import type { ControllerClient } from '@keyrace/controller-client'
import type {
  Clock,
  Ids,
  Inbox,
  KeyValueStore,
  Namespaces,
  Points,
  PrivateFiles,
} from '@keyrace/environment'
import type { Rules } from '@keyrace/lease'
import { closable } from './closable.ts'
import type { KeyLookup } from './key-lookup.ts'

export interface StrategyDeps {
  /** The builder's, stable over restarts. */
  readonly replica: string
  readonly clock: Clock
  /** Milliseconds that go on while the host sleeps, where it has such a clock. */
  readonly bootClock?: (() => number) | undefined
  readonly ids: Ids
  /** Speaks to the controller as a builder. */
  readonly controller: ControllerClient
  /** Of this process alone. */
  readonly files: PrivateFiles
  /** These are there for strategies that need them. */
  readonly keyValueStore?: KeyValueStore | undefined
  readonly namespaces?: Namespaces | undefined
  /** Where the controller calls us. */
  readonly inbox?: Inbox
  readonly points?: Points | undefined
  /** Those that a lease goes by; all of them, by default. */
  readonly leaseRules?: Rules | undefined
}

/** What some strategies need besides the controller. */
export const neighbours = ['etcd', 'kubernetes'] as const
export type Neighbour = (typeof neighbours)[number]

/** A number that a run may set: `--set poll.intervalMs=500`. */
export interface Knob {
  readonly default: number
  readonly minimum: number
  readonly maximum?: number
  readonly description: string
}

/** One rival: what it is called, what it promises, how it is made. */
export interface Strategy<Name extends string = string> {
  readonly description: string
  readonly knobs: Readonly<Record<Name, Knob>>
  readonly needs?: readonly Neighbour[]
  /** It copies all keys: where there are more than that, no run has it. */
  readonly mostKeys?: number
  claim(knobs: Readonly<Record<Name, number>>): Claim
  create(deps: StrategyDeps, knobs: Readonly<Record<Name, number>>): KeyLookup
}

/** Keeps the knob names of a strategy's definition. What it makes is silent once it is closed. */
export function strategy<const Name extends string>(definition: Strategy<Name>): Strategy<Name> {
  return { ...definition, create: (deps, knobs) => closable(definition.create(deps, knobs)) }
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
    const { minimum, maximum } = known
    if (!Number.isFinite(value) || value < minimum || value > (maximum ?? value)) {
      const atMost = maximum === undefined ? '' : ` and at most ${maximum}`
      throw new RangeError(`${name}.${knob} must be a number of at least ${minimum}${atMost}`)
    }
    settled[knob] = value
  }
  return settled
}
