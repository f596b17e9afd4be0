import type { ArmResult, Run } from '@keyrace/contracts'
import { count, enumeration, plural } from './quantities.ts'

export interface Headline {
  readonly word: 'PASS' | 'FAIL' | 'INVALID' | 'INTERRUPTED'
  readonly tone: 'good' | 'bad' | 'doubtful'
  readonly sentence: string
}

/** More would bury what is said of them. */
const mostNamed = 5

/** What somebody reads who reads one line. */
export function headline(run: Run): Headline {
  const because = run.reasons[0]
  if (run.verdict === 'fail') {
    const sentence = `${because ?? 'A claim or an invariant was broken.'}${requirement(run)}`
    return { word: 'FAIL', tone: 'bad', sentence }
  }
  if (run.interrupted) {
    const sentence = because ?? 'The run was stopped before its end.'
    return { word: 'INTERRUPTED', tone: 'doubtful', sentence }
  }
  if (run.verdict === 'invalid') {
    const sentence = because ?? 'The run proves nothing.'
    return { word: 'INVALID', tone: 'doubtful', sentence }
  }
  return { word: 'PASS', tone: 'good', sentence: kept(run) }
}

/** The reasons that the headline has not told. */
export function furtherReasons(run: Run): readonly string[] {
  return run.reasons.slice(1)
}

export function judgedArms({ arms }: Run): readonly ArmResult[] {
  return arms.filter((arm) => arm.skipped === undefined)
}

/** Are there races in its story? Without, its figures of staleness say nothing. */
export function isRaced({ arms }: Run): boolean {
  return arms.some(({ races }) => races.planned > 0)
}

/** Which arms were alive at one time, where not all of them were. */
export function turnsSentence({ turns, comparisons }: Run): string | undefined {
  if (turns.length < 2) return undefined
  const told = turns.map((arms) => enumeration(arms)).join('; ')
  const compared = comparisons.length > 0 ? ', and only those of one turn are compared' : ''
  return `The arms took ${turns.length} turns${compared}: ${told}.`
}

/** What to type to see it again. */
export function replayCommand({ replay }: Run): string {
  return `npx ${replay}`
}

/** Why latencies of this run prove nothing; undefined where they may. */
export function latencyCaveat({ mode, environment }: Run): string | undefined {
  if (mode === 'sim') return 'Latency is simulated time: it says nothing about real pushes.'
  if (environment.nativeCrypto) return undefined
  return 'Latency is unproven: ssh2 ran without its native crypto (keyrace doctor names the fix).'
}

/** `4 × stale-accept`, one for each invariant that an arm broke. */
export function violations({ correctness }: ArmResult): string[] {
  return Object.entries(correctness.violations)
    .filter(([, times]) => times > 0)
    .map(([invariant, times]) => `${count(times)} × ${invariant}`)
}

function requirement({ require }: Run): string {
  return require === 'claimed' ? '' : ` (--require ${require})`
}

function kept(run: Run): string {
  const arms = judgedArms(run)
  const names =
    arms.length > mostNamed
      ? `All ${arms.length} strategies`
      : enumeration(arms.map((arm) => arm.name))
  const fewest = Math.min(...arms.map((arm) => arm.races.held))
  if (fewest === 0) return `${names} broke nothing.`
  const claims = arms.length === 1 ? 'its claim' : 'their claims'
  return `${names} kept ${claims} in ${plural(fewest, 'race')}${arms.length === 1 ? '' : ' each'}.`
}
