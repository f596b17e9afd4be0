import { createRandom, integer, uniform } from '@keyrace/environment'

/** Chance for a plan. What is drawn for one name does not depend on what was drawn for others. */
export interface Dice {
  /** A whole number, both ends included. */
  integer(name: string, from: number, to: number): number
  /** A number in [from, to). */
  number(name: string, from: number, to: number): number
  /** Of all orders of magnitude between the two, each is as likely as the others. */
  magnitude(name: string, from: number, to: number): number
  chance(name: string, share: number): boolean
  pick<T>(name: string, from: readonly T[]): T
  /** Those of the list that chance has chosen. */
  some<T>(name: string, from: readonly T[], share: number): readonly T[]
  /** Of a part of the plan: its names are its own. */
  of(part: string): Dice
}

export function createDice(seed: number, part = 'plan'): Dice {
  const random = createRandom(seed)
  const number = (name: string, from: number, to: number) => uniform(random, from, to, part, name)
  const chance = (name: string, share: number) => number(name, 0, 1) < share
  return {
    integer: (name, from, to) => integer(random, from, to + 1, part, name),
    number,
    magnitude: (name, from, to) => from * (to / from) ** number(name, 0, 1),
    chance,
    pick<T>(name: string, from: readonly T[]): T {
      if (from.length === 0) throw new RangeError(`there is nothing to pick from for ${name}`)
      return from[integer(random, 0, from.length, part, name)] as T
    },
    some: (name, from, share) => from.filter((_, index) => chance(`${name} ${index}`, share)),
    of: (inner) => createDice(seed, `${part}/${inner}`),
  }
}

/** To the microsecond: what a person can still read in a plan. */
export function rounded(ms: number): number {
  return Math.round(ms * 1000) / 1000
}
