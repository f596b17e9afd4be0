import { exitCodes, type SwarmResult } from '@keyrace/contracts'
import { strategies } from '@keyrace/key-lookup'
import { possibleCells } from '../marks/coverage.ts'
import { marks } from '../marks/marks.ts'
import { replayToken } from '../replay-token.ts'
import type { ExploreOptions } from './explore.ts'
import type { Tally } from './tally.ts'

export interface SearchEnd extends ExploreOptions {
  readonly durationMs: number
  readonly interrupted: boolean
}

/** A search of this long has no excuse for what it has never seen. */
const thoroughMs = 60_000

/** What a search comes to. */
export function swarmResult(tally: Tally, end: SearchEnd): SwarmResult {
  const { system, seed, durationMs, interrupted } = end
  const seconds = Math.max(durationMs, 1) / 1000
  return {
    schemaVersion: 1,
    ...{ system, seed, seeds: tally.seeds, pushes: tally.pushes, events: tally.events },
    durationMs,
    seedsPerSecond: tally.seeds / seconds,
    pushesPerSecond: tally.pushes / seconds,
    virtualSeconds: tally.virtualMs / 1000,
    interrupted,
    strategies: mapped(tally.strategies, ({ worstMs: _, ...counts }) => counts),
    broken: { ...tally.broken },
    violations: tally.violations.map((one) => ({ ...one, replay: replayOf(one.seed, end) })),
    marks: mapped(marks, (_, name) => tally.marks[name] ?? 0),
    worstStalenessMs: mapped(tally.strategies, ({ worstMs }) => ({ ...worstMs })),
    faults: mapped(tally.faults as Required<Tally['faults']>, (fault) => ({ ...fault })),
    coverage: { seen: tally.cells.length, possible: possibleCells },
    determinism: { ...tally.determinism },
    confidence: confidenceOf(tally),
    ...conclude(tally, end),
  }
}

/** With so many seeds a bug that shows in one of N is missed by chance one time in a thousand. */
const missedShare = 0.001

function confidenceOf({ seeds, violations }: Tally): string {
  if (violations.length > 0) return 'What was found is proof; what was not found is none.'
  const rarest = Math.floor(seeds / -Math.log(missedShare))
  if (rarest < 2) return `${seeds} seeds exclude nothing.`
  return `Bugs rarer than one in ${rarest} seeds are not excluded.`
}

function conclude(
  tally: Tally,
  end: SearchEnd,
): Pick<SwarmResult, 'reasons' | 'verdict' | 'exitCode'> {
  const broken = Object.entries(tally.broken).map(([name, count]) => `${count} × ${name}`)
  const doubts = doubtsAbout(tally, end)
  const reasons = [...broken, ...doubts]
  const cut = end.interrupted ? exitCodes.interrupted : undefined
  if (broken.length > 0) return { reasons, verdict: 'fail', exitCode: cut ?? exitCodes.broken }
  if (cut !== undefined) {
    const saying = 'The search was stopped before its end; until then it found nothing.'
    return { reasons: [saying, ...reasons], verdict: 'invalid', exitCode: cut }
  }
  if (doubts.length > 0) return { reasons, verdict: 'invalid', exitCode: exitCodes.invalid }
  return { reasons, verdict: 'pass', exitCode: exitCodes.pass }
}

/** A search that nothing was left out of must have seen everything, if it had the time. */
function doubtsAbout(tally: Tally, end: SearchEnd): string[] {
  if (tally.seeds === 0) return ['no seed was explored']
  const isWhole =
    end.system === 'fixed' && end.strategies === undefined && end.commitCheck === undefined
  const { budgetMs = 0 } = end
  if (!isWhole || budgetMs < thoroughMs) return []
  const unseen = Object.keys(marks).filter((name) => (tally.marks[name] ?? 0) === 0)
  const unplayed = Object.keys(strategies).filter((name) => tally.strategies[name] === undefined)
  return [
    ...unplayed.map((name) => `${name} was never played`),
    ...unseen.map((name) => `never seen: ${marks[name]?.sentence}`),
  ]
}

function replayOf(seed: number, end: SearchEnd): string {
  const { system, strategies: chosen, commitCheck, require, replicas } = end
  const options = { system, strategies: chosen, commitCheck, require, replicas }
  return `keyrace replay ${replayToken({ seed, options })}`
}

function mapped<T, U>(
  record: Readonly<Record<string, T>>,
  of: (value: T, name: string) => U,
): Record<string, U> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, of(value, name)]))
}
