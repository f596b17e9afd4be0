import { exitCodes, type MutantOutcome, type MutantsResult } from '@keyrace/contracts'
import { bruteForce, expectedOf, type HuntOptions, mutantIds } from './hunt.ts'
import { harmlessId } from './index.ts'
import { invariantNames } from './invariant-names.ts'

/** What hunts mutants: threads, or this one. */
export interface HunterPool {
  /** How many it can hunt at one time. */
  readonly size: number
  hunt(id: string, options: HuntOptions): Promise<MutantOutcome>
  close(): Promise<void>
}

export interface ProofOptions extends HuntOptions {
  /** These alone; all of them where it is left out. */
  readonly only?: readonly string[] | undefined
}

export interface ProofDeps {
  readonly pool: Pick<HunterPool, 'size' | 'hunt'>
  /** Ends the proof early. */
  readonly signal: AbortSignal
  readonly progress: (done: readonly MutantOutcome[], of: number) => void
}

/** More would not make it surer: it would have to be convicted by chance. */
const harmlessSeeds = 8

/** Hunts every bug, and something that is none. Throws a RangeError where one that is asked for is not there. */
export async function proveMutants(
  options: ProofOptions,
  { pool, signal, progress }: ProofDeps,
): Promise<MutantsResult> {
  const ids = [...(options.only ?? mutantIds)]
  for (const id of ids) expectedOf(id)
  const outcomes = new Map<string, MutantOutcome>()
  const waiting = [harmlessId, ...ids]
  const lanes = Array.from({ length: pool.size }, async () => {
    for (let id = waiting.shift(); id !== undefined && !signal.aborted; id = waiting.shift()) {
      const seeds = id === harmlessId ? harmlessSeeds : options.seeds
      outcomes.set(id, await pool.hunt(id, { ...options, seeds }))
      progress([...outcomes.values()], ids.length + 1)
    }
  })
  await Promise.all(lanes)
  return conclude(options, ids, outcomes, signal.aborted)
}

function conclude(
  {
    without = null,
    only,
  }: Pick<ProofOptions, 'only'> & { readonly without?: string | null | undefined },
  ids: readonly string[],
  outcomes: ReadonlyMap<string, MutantOutcome>,
  isInterrupted: boolean,
): MutantsResult {
  const mutants = ids.flatMap((id) => outcomes.get(id) ?? [])
  const harmless = outcomes.get(harmlessId)
  const invariants = Object.fromEntries(
    [...invariantNames, bruteForce].map((name) => [
      name,
      mutantIds.filter((id) => expectedOf(id) === name),
    ]),
  )
  const reasons = [
    ...mutants.filter(({ killed }) => !killed).map(({ id, story }) => `${id} survived: ${story}`),
    ...(harmless?.killed ? [`what breaks nothing was convicted: ${harmless.story}`] : []),
    ...Object.entries(invariants)
      .filter(([, ofIt]) => ofIt.length === 0)
      .map(([name]) => `no mutant shows that ${name} can convict`),
  ]
  return {
    schemaVersion: 1,
    mutants,
    harmless: { seeds: harmless?.seeds ?? 0, convicted: harmless?.killed ?? false },
    invariants,
    without,
    confidence: confidenceOf(mutants, only === undefined),
    ...verdictOn(reasons, isInterrupted),
  }
}

function verdictOn(
  reasons: readonly string[],
  isInterrupted: boolean,
): Pick<MutantsResult, 'reasons' | 'verdict' | 'exitCode'> {
  if (reasons.length > 0)
    return { reasons: [...reasons], verdict: 'fail', exitCode: exitCodes.broken }
  if (!isInterrupted) return { reasons: [], verdict: 'pass', exitCode: exitCodes.pass }
  return {
    reasons: ['It was stopped before its end.'],
    verdict: 'invalid',
    exitCode: exitCodes.interrupted,
  }
}

/** A search misses a bug by chance one time in a thousand. */
const missedShare = 0.001

function confidenceOf(mutants: readonly MutantOutcome[], isWhole: boolean): string {
  const worlds = mutants.filter(({ invariant, killed }) => killed && invariant !== bruteForce)
  const rarest = Math.max(1, ...worlds.map(({ seeds }) => seeds))
  const share = 1 / rarest
  const enough = share === 1 ? 1 : Math.ceil(Math.log(missedShare) / Math.log(1 - share))
  const of = isWhole ? 'the rarest of these' : 'the rarest that was asked for'
  return `A bug as rare as ${of}, one world in ${rarest}, is missed by chance one time in a thousand in ${enough} worlds that are like its own.`
}
