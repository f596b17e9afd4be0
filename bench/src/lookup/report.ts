import type { Environment } from '@keyrace/contracts'
import { createRandom } from '@keyrace/environment'
import type { StrategyName } from '@keyrace/key-lookup'
import { plainTable } from '@keyrace/report'
import { compareRatios, distribution } from '@keyrace/statistics'
import type { Ratio } from '../figures.ts'
import type { SkippedLane } from './place.ts'
import type { Measured } from './rounds.ts'

/** report.json */
export interface LookupReport {
  readonly bench: 'lookup'
  readonly environment: Environment
  readonly lanes: readonly LaneFigures[]
  readonly skipped: readonly SkippedLane[]
}

/** Times are microseconds. */
export interface LaneFigures {
  readonly strategy: StrategyName
  readonly keysPerUser: number
  readonly store: string
  readonly blocks: number
  readonly lookups: number
  readonly p50: number | null
  readonly p95: number | null
  /** How many times as long as with the fewest keys, the rest being the same. */
  readonly toFewestKeys: Ratio
  /** As beside the smallest store. */
  readonly toSmallestStore: Ratio
  /** As the reference takes for the same. */
  readonly toReference: Ratio
}

/** What Deis shipped. */
const reference: StrategyName = 'fingerprint'

export function laneFigures(all: readonly Measured[]): LaneFigures[] {
  return all.map((lane) => {
    const { strategy, keysPerUser, place, blocks } = lane
    const us = blocks.flatMap((block) => block.us)
    const { p50, p95 } = distribution(us)
    const isAlike = (
      other: Measured,
      ...parts: readonly ('strategy' | 'keysPerUser' | 'place')[]
    ) => parts.every((part) => other[part] === lane[part])
    return {
      strategy,
      keysPerUser,
      store: place.name,
      blocks: blocks.length,
      lookups: us.length,
      p50,
      p95,
      toFewestKeys: ratioTo(all.find((other) => isAlike(other, 'strategy', 'place'))),
      toSmallestStore: ratioTo(all.find((other) => isAlike(other, 'strategy', 'keysPerUser'))),
      toReference: ratioTo(
        all.find((other) => other.strategy === reference && isAlike(other, 'keysPerUser', 'place')),
      ),
    }

    /** By pairs of blocks, since lookups of one block are not independent; none to itself. */
    function ratioTo(other: Measured | undefined): Ratio {
      if (other === undefined || other === lane) return { value: null, ci95: null }
      const pairs = blocks.slice(0, other.blocks.length).map(({ p50: a }, n) => {
        return { a, b: other.blocks[n]?.p50 ?? Number.NaN }
      })
      // Neither the margin nor the permutation test is used here.
      const { ratio, ci95 } = compareRatios(pairs, { margin: 0.1, random: createRandom(1) })
      return { value: ratio, ci95 }
    }
  })
}

export function lookupText({ lanes, skipped }: LookupReport): string {
  const rows = lanes.map((lane) => [
    lane.strategy,
    String(lane.keysPerUser),
    lane.store,
    microseconds(lane.p50),
    microseconds(lane.p95),
    ...[lane.toFewestKeys, lane.toSmallestStore, lane.toReference].map(ratioText),
  ])
  const head = ['authorize by', 'keys per user', 'in the store', 'p50 µs', 'p95 µs']
  const compared = ['÷ fewest keys', '÷ smallest store', `÷ ${reference}`]
  const left = skipped.map(({ strategy, store, reason }) => `${strategy}, ${store}: ${reason}`)
  return `${[plainTable([...head, ...compared], rows), ...left].join('\n')}\n`
}

/** `1.02 [1.00, 1.04]`, `0.0012 [0.0011, 0.0013]`: what is answered here takes a thousandth of what is asked. */
function ratioText({ value, ci95 }: Ratio): string {
  if (value === null || ci95 === null) return '—'
  const digits = value < 0.1 ? 4 : 2
  const [low, high] = ci95.map((end) => end.toFixed(digits))
  return `${value.toFixed(digits)} [${low}, ${high}]`
}

function microseconds(us: number | null): string {
  return us === null ? '—' : us.toFixed(us < 100 ? 1 : 0)
}
