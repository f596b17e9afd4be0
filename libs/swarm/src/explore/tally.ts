import type { FaultKind, SwarmViolation } from '@keyrace/contracts'

/** What came of some seeds. Tallies of different seeds can be added up in any order. */
export interface Tally {
  readonly seeds: number
  readonly pushes: number
  readonly events: number
  readonly virtualMs: number
  readonly strategies: Readonly<Record<string, StrategyTally>>
  /** By invariant. */
  readonly broken: Readonly<Record<string, number>>
  /** The first ones, by seed. */
  readonly violations: readonly Omit<SwarmViolation, 'replay'>[]
  readonly marks: Readonly<Record<string, number>>
  readonly faults: Readonly<Partial<Record<FaultKind, FaultTally>>>
  readonly cells: readonly string[]
  readonly determinism: { readonly checked: number; readonly differed: number }
}

export interface StrategyTally {
  readonly seeds: number
  readonly pushes: number
  readonly violations: number
  readonly worstMs: {
    readonly revocation: number | null
    readonly grant: number | null
    readonly headRoom: number | null
  }
}

interface FaultTally {
  readonly planned: number
  readonly tookEffect: number
}

/** More would not be read. */
const mostViolations = 20

export const nothingYet: Tally = {
  seeds: 0,
  pushes: 0,
  events: 0,
  virtualMs: 0,
  strategies: {},
  broken: {},
  violations: [],
  marks: {},
  faults: {},
  cells: [],
  determinism: { checked: 0, differed: 0 },
}

export function sum(a: Tally, b: Tally): Tally {
  return {
    seeds: a.seeds + b.seeds,
    pushes: a.pushes + b.pushes,
    events: a.events + b.events,
    virtualMs: a.virtualMs + b.virtualMs,
    strategies: merged(a.strategies, b.strategies, sumOfStrategies),
    broken: merged(a.broken, b.broken, add),
    violations: [...a.violations, ...b.violations]
      .toSorted((one, other) => one.seed - other.seed)
      .slice(0, mostViolations),
    marks: merged(a.marks, b.marks, add),
    faults: merged(a.faults, b.faults, (one, other) => ({
      planned: one.planned + other.planned,
      tookEffect: one.tookEffect + other.tookEffect,
    })),
    cells: [...new Set([...a.cells, ...b.cells])],
    determinism: {
      checked: a.determinism.checked + b.determinism.checked,
      differed: a.determinism.differed + b.determinism.differed,
    },
  }
}

function sumOfStrategies(a: StrategyTally, b: StrategyTally): StrategyTally {
  return {
    seeds: a.seeds + b.seeds,
    pushes: a.pushes + b.pushes,
    violations: a.violations + b.violations,
    worstMs: {
      revocation: extreme(Math.max, a.worstMs.revocation, b.worstMs.revocation),
      grant: extreme(Math.max, a.worstMs.grant, b.worstMs.grant),
      headRoom: extreme(Math.min, a.worstMs.headRoom, b.worstMs.headRoom),
    },
  }
}

/** Null says nothing. */
export function extreme(
  choose: (...values: number[]) => number,
  ...values: readonly (number | null)[]
): number | null {
  const known = values.filter((value) => value !== null)
  return known.length === 0 ? null : choose(...known)
}

function add(a: number, b: number): number {
  return a + b
}

function merged<T>(
  a: Readonly<Record<string, T>>,
  b: Readonly<Record<string, T>>,
  both: (a: T, b: T) => T,
): Record<string, T> {
  const result: Record<string, T> = { ...a }
  for (const [name, value] of Object.entries(b)) {
    const known = result[name]
    result[name] = known === undefined ? value : both(known, value)
  }
  return result
}
