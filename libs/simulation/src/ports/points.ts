import {
  type Clock,
  type PointName,
  type Points,
  points,
  type Random,
  sleep,
  uniform,
} from '@keyrace/environment'

/** How likely each point is to hold up who passes it; those that are not named never do. Read at each pass. */
export type PointChances = Readonly<Partial<Record<PointName, number>>>

/** The points of one world, which hold up who passes them, and count. */
export interface SimulatedPoints {
  /** Of one process: it is held up by its own clock, and the same whatever others do. A restart goes on counting. */
  of(owner: string, clock: Clock): Points
  /** By name, of all that there are. */
  passes(): ReadonlyMap<PointName, PointCount>
}

export interface PointCount {
  readonly passed: number
  readonly held: number
}

const shortestMs = 0.05
const longestMs = 2_000

/**
 * FoundationDB's BUGGIFY: a world has some of the points switched on, so that worlds differ in kind and not in time
 * alone.
 */
export function createPoints(deps: {
  readonly random: Random
  readonly chances: PointChances
}): SimulatedPoints {
  const { random, chances } = deps
  const names = Object.keys(points) as PointName[]
  const counts = new Map(names.map((name) => [name, { passed: 0, held: 0 }]))
  const drawsOf = new Map<string, Map<PointName, number>>()

  return {
    of(owner, clock) {
      const draws = drawsOf.get(owner) ?? new Map<PointName, number>()
      drawsOf.set(owner, draws)
      return (name) => {
        const count = counts.get(name) as { passed: number; held: number }
        count.passed++
        const chance = chances[name]
        if (chance === undefined) return undefined
        const nth = (draws.get(name) ?? 0) + 1
        draws.set(name, nth)
        if (uniform(random, 0, 1, name, owner, nth) >= chance) return undefined
        count.held++
        return sleep(clock, drawHoldMs(random, name, owner, nth))
      }
    },
    passes: () => counts,
  }
}

/** Every order of magnitude is as likely as the others: between two messages, or beyond a timeout. */
function drawHoldMs(random: Random, name: PointName, owner: string, nth: number): number {
  const share = uniform(random, 0, 1, `hold ${name}`, owner, nth)
  return shortestMs * (longestMs / shortestMs) ** share
}
