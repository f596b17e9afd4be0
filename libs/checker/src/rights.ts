import type { Operation } from './history.ts'
import { pusherOf, repositoryOf } from './names.ts'
import type { Promised } from './promised.ts'
import {
  createRegisters,
  type Ground,
  type Register,
  type Registers,
  remembered,
} from './registers.ts'
import { covers, intersection, lastBegun, type Span, touches, union } from './spans.ts'

/** The right of a user with a key to push to one generation of an app. */
interface GenerationRight {
  readonly grounds: readonly Register[]
  readonly may: readonly Span[]
  readonly must: readonly Span[]
}

/** The right that an operation relies on: to the generation it names, or else to any of that app. */
export interface Right {
  readonly may: readonly Span[]
  readonly must: readonly Span[]
  readonly generations: readonly GenerationRight[]
}

/** How far a decision was behind a mutation, and what was promised about mutations of that kind. */
export interface Lag {
  readonly missed: Operation
  /** What the mutation was about. */
  readonly ground: Ground
  /** It was behind by this much at least: from the acknowledgement to the begin of the push. */
  readonly certainMs: number
  /** By this much at most: from the mutation's invoke to the end of the decision. */
  readonly possibleMs: number
  /** Null is unbounded. */
  readonly boundMs: number | null
  readonly beyondClaim: boolean
}

/** Who pushes to what, with which key. */
type Subject = Pick<Operation, 'user' | 'key' | 'app'>

/** And to which generation of it; null is any. */
type Wanted = Subject & Pick<Operation, 'generation'>

export interface Rights {
  readonly registers: Registers
  /** To exactly the generation that the operation names, where it names one. */
  of(operation: Operation): Right
  /** To the app under this name, whichever generation it is in. */
  byName(operation: Subject): Right
}

export function createRights(mutations: readonly Operation[]): Rights {
  const registers = createRegisters(mutations)
  /** By pusher and repository. */
  const known = new Map<string, Map<string, Right>>()

  return {
    registers,
    of: (operation) => find(operation, operation.pusher, operation.repository),
    byName: ({ user, key, app }) =>
      find({ user, key, app, generation: null }, pusherOf(user, key), repositoryOf(app, null)),
  }

  function find(to: Wanted, pusher: string, repository: string): Right {
    const own = remembered(known, pusher, () => new Map<string, Right>())
    return remembered(own, repository, () => rightOf(to))
  }

  function rightOf({ user, key, app, generation: named }: Wanted): Right {
    const binding = registers.key(user, key)
    const candidates = named === null ? registers.generations(app) : [named]
    const generations = candidates.map((generation) =>
      conjunction([
        registers.app(app, generation),
        registers.permission(user, app, generation),
        binding,
      ]),
    )
    const [first, ...others] = generations
    if (first !== undefined && others.length === 0) return { ...first, generations }
    return {
      generations,
      may: union(generations.flatMap(({ may }) => may)),
      must: union(generations.flatMap(({ must }) => must)),
    }
  }
}

function conjunction(grounds: readonly Register[]): GenerationRight {
  return {
    grounds,
    may: grounds.map(({ may }) => may).reduce(intersection),
    must: grounds.map(({ must }) => must).reduce(intersection),
  }
}

/**
 * How a right stood when a decision relied on it: `possible` somewhere in the interval; over before it,
 * with the lag that would explain the decision; `never` there until then; or `unclaimed`: what was never there
 * has no bound in the claim, and everything else stood.
 */
export function standing(
  right: Right,
  decision: Operation,
  promised: Promised,
): 'possible' | 'never' | 'unclaimed' | Lag {
  if (touches(right.may, decision)) return 'possible'
  const losses = right.generations.flatMap(
    (generation) => lossOf(generation, decision, promised) ?? [],
  )
  if (losses.includes('unclaimed')) return 'unclaimed'
  return losses.filter((loss) => loss !== 'unclaimed').toSorted(byExcess)[0] ?? 'never'
}

/**
 * A decision that allows must have missed the loss of every ground that is lost: the worst one counts. A ground
 * without a bound need not have been looked at.
 */
function lossOf(
  { grounds }: GenerationRight,
  decision: Operation,
  promised: Promised,
): Lag | 'unclaimed' | undefined {
  const lags: Lag[] = []
  let isUnclaimed = false
  for (const { ground, may } of grounds) {
    const last = lastBegun(may, decision.cmp)
    if (last === undefined) {
      if (promised.isBounded(ground)) return undefined
      isUnclaimed = true
    } else if (last.closed !== undefined && last.to < decision.cmp) {
      lags.push(lagBehind(last.closed, ground, decision, promised))
    }
  }
  return lags.toSorted(byExcess).at(-1) ?? (isUnclaimed ? 'unclaimed' : undefined)
}

/**
 * The lag that explains why a right was not seen although it stood throughout the interval; undefined if it
 * may not have stood. Having missed the latest of its grounds is enough: the mildest explanation counts.
 */
export function oversight(right: Right, decision: Operation, promised: Promised): Lag | undefined {
  if (!covers(right.must, decision)) return undefined
  const start = { inv: decision.inv, cmp: decision.inv }
  const standing = right.generations.find(({ must }) => covers(must, start))
  const lags = standing?.grounds.flatMap(({ ground, must }) => {
    const gained = lastBegun(must, decision.inv)?.opened
    return gained === undefined ? [] : [lagBehind(gained, ground, decision, promised)]
  })
  return lags?.toSorted(byExcess)[0]
}

function lagBehind(
  missed: Operation,
  ground: Ground,
  decision: Operation,
  promised: Promised,
): Lag {
  const boundMs = promised.boundMs(ground, missed, decision)
  const certainMs = Math.max(0, decision.inv - missed.cmp)
  return {
    missed,
    ground,
    certainMs,
    possibleMs: decision.cmp - missed.inv,
    boundMs,
    beyondClaim: boundMs !== null && certainMs > boundMs,
  }
}

function byExcess(a: Lag, b: Lag): number {
  return Math.sign(excessMs(a) - excessMs(b)) || a.certainMs - b.certainMs
}

/** By how much a lag is beyond its bound; far below zero where there is no bound. */
function excessMs({ certainMs, boundMs }: Lag): number {
  return boundMs === null ? -Number.MAX_VALUE : certainMs - boundMs
}
