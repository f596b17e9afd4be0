import type { ArmResult, Run } from '@keyrace/contracts'
import { claimedStalenessMs, claimedText } from './claimed.ts'
import { count, duration, enumeration } from './quantities.ts'

export interface Headline {
  readonly word: 'PASS' | 'FAIL' | 'INVALID' | 'INTERRUPTED'
  readonly tone: 'good' | 'bad' | 'doubtful'
  readonly sentence: string
}

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

/** Who let what in that had lost its right, and by how much. */
export function correctnessSentence(run: Run): string {
  const clauses = judgedArms(run).map(correctnessOf)
  return clauses.length === 0 ? 'No arm was judged.' : `${clauses.join('; ')}.`
}

/** What a push cost. Numbers side by side: whether one is better than another is for a comparison to say. */
export function costSentence(run: Run): string {
  const costs = judgedArms(run)
    .filter((arm) => arm.latencyMs.response.p50 !== null)
    .map(costOf)
  return costs.length === 0
    ? 'No push was timed.'
    : `At the median, a push took ${enumeration(costs)}.`
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
  const fewest = count(Math.min(...arms.map((arm) => arm.races.held)))
  const [claims, races] =
    arms.length === 1 ? ['its claim', `${fewest} races`] : ['their claims', `${fewest} races each`]
  return `${enumeration(arms.map((arm) => arm.name))} kept ${claims} in ${races}.`
}

function correctnessOf(arm: ArmResult): string {
  const { verdict, staleAdmissions, staleAccepts, measuredStalenessMs } = arm.correctness
  if (verdict === 'vacuous') return `${arm.name} raced too little to be judged`
  if (staleAdmissions === 0 && staleAccepts === 0) return `${arm.name} let in nothing stale`
  const accepted = staleAccepts === 0 ? 'none' : count(staleAccepts)
  const worst = measuredStalenessMs.revocation.certain
  const late = worst === null ? '' : `, up to ${duration(worst)} late${againstClaim(arm)}`
  const admitted = `admitted ${count(staleAdmissions)} stale pushes and accepted ${accepted}`
  return `${arm.name} ${admitted}${late}`
}

function againstClaim(arm: ArmResult): string {
  if (claimedStalenessMs(arm) === null) return ''
  const { staleAdmissionsBeyondClaim, staleAcceptsBeyondClaim } = arm.correctness
  const isBeyond = staleAdmissionsBeyondClaim + staleAcceptsBeyondClaim > 0
  return `, ${isBeyond ? 'beyond' : 'within'} its claim of ${claimedText(arm)}`
}

function costOf({ name, latencyMs, controller }: ArmResult): string {
  const requests = controller.authorizationRequestsPerWarmPush
  const how = requests === null ? '' : ` (${authorizationRequests(requests)})`
  return `${duration(latencyMs.response.p50)} with ${name}${how}`
}

function authorizationRequests(perPush: number): string {
  if (perPush === 0) return 'no authorization request'
  const number = Number(perPush.toFixed(2))
  return `${number} authorization request${number === 1 ? '' : 's'}`
}
