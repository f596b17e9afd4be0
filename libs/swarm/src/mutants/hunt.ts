import { checkerMutants } from '@keyrace/checker'
import type { MutantOutcome, SwarmPlan } from '@keyrace/contracts'
import { playWorld } from '../play-world.ts'
import { anyInvariant, mutantOf, mutants } from './index.ts'
import { invariantNames } from './invariant-names.ts'
import type { Mutant } from './mutant.ts'
import { planFor } from './plan-of.ts'

export interface HuntOptions {
  /** So many are played at most. */
  readonly seeds: number
  /** An invariant that is turned off: it convicts nobody. */
  readonly without?: string | undefined
}

/** What convicts a checker that is wrong itself. */
export const bruteForce = 'brute-force'

/** Every bug that is hunted, those of the checker among them. */
export const mutantIds: readonly string[] = [
  ...Object.keys(mutants),
  ...checkerMutants.map(({ id }) => id),
]

/** The invariant that has to convict it. Throws a RangeError where there is no such bug. */
export function expectedOf(id: string): string {
  if (checkerMutants.some((mutant) => mutant.id === id)) return bruteForce
  return mutantOf(id).killedBy
}

/**
 * Plays seed after seed with the bug until its invariant convicts it. The world of that seed without the bug has to
 * be right, and so have a few others: otherwise it was not the bug that was convicted.
 */
export async function hunt(id: string, options: HuntOptions): Promise<MutantOutcome> {
  const checkerMutant = checkerMutants.find((mutant) => mutant.id === id)
  if (checkerMutant !== undefined) return compare(checkerMutant, options)
  const mutant = mutantOf(id)
  const { sentence, source, killedBy } = mutant
  const told = { id, sentence, source, invariant: killedBy }
  if (killedBy === options.without || !isAsked(killedBy)) {
    return { ...told, killed: false, seeds: 0, story: `${killedBy} is turned off` }
  }
  const wanted = killedBy === anyInvariant ? undefined : killedBy
  for (let seed = 1; seed <= options.seeds; seed++) {
    const story = await conviction({ ...planFor(mutant, seed), mutant: id }, wanted)
    if (story === undefined) continue
    const fault = await faultWithout(mutant, seed)
    return { ...told, killed: fault === undefined, seeds: seed, story: fault ?? story }
  }
  const { seeds } = options
  return { ...told, killed: false, seeds, story: `no ${killedBy} in ${seeds} worlds` }
}

const innocentSeeds = [1, 2, 3]

/** What is broken although the bug is not there. */
async function faultWithout(mutant: Mutant, seed: number): Promise<string | undefined> {
  for (const innocent of new Set([seed, ...innocentSeeds])) {
    const fault = await conviction(planFor(mutant, innocent))
    if (fault !== undefined) return `without it seed ${innocent} is broken as well: ${fault}`
  }
  return undefined
}

function isAsked(invariant: string): boolean {
  return invariant === anyInvariant || invariantNames.includes(invariant)
}

/** The first story of what is broken; undefined where nothing is, or nothing of this invariant. */
async function conviction(plan: SwarmPlan, invariant?: string): Promise<string | undefined> {
  const isMeant = (name: string) => invariant === undefined || name === invariant
  const played = await playWorld(plan).catch((error: unknown) => error as Error)
  // What came to no end is convicted of that, and of nothing else.
  if (played instanceof Error) return isMeant('simulation-error') ? played.message : undefined
  const { findings } = played.judgement
  return findings.find(({ violation, invariant: name }) => violation && isMeant(name))?.story
}

function compare(
  { id, sentence, kill }: (typeof checkerMutants)[number],
  { without }: HuntOptions,
): MutantOutcome {
  const told = { id, sentence: `a checker that ${sentence}`, invariant: bruteForce }
  const source = 'of our own: the checker with one of its rules left out'
  const isOff = without === bruteForce
  const histories = isOff ? null : kill()
  const killed = histories !== null
  const story = killed
    ? 'brute force comes to another verdict'
    : isOff
      ? `${bruteForce} is turned off`
      : 'brute force always comes to the same verdict'
  return { ...told, source, killed, seeds: histories ?? 0, story }
}
