import type { ArmResult, Comparison, Curve, MutationEffect, Run } from '@keyrace/contracts'
import { ruleOfThree } from '@keyrace/statistics'
import { claimedStalenessMs, claimedText, racedEffects, worstStalenessMs } from './claimed.ts'
import { growthOf } from './growth.ts'
import { latencyAt } from './latency-at.ts'
import {
  bytes,
  count,
  duration,
  enumeration,
  percent,
  plural,
  ratioWithin,
  serviceTime,
} from './quantities.ts'
import { judgedArms, latencyCaveat, violations } from './verdict.ts'

/**
 * What a run says to the question that people come with, sentence by sentence: what a push costs with each
 * strategy, how that grows, and who was let in that had lost the right.
 */
export function answerOf(run: Run): string[] {
  return [...costSentences(run), ...growthSentences(run.curves), ...correctnessSentences(run)]
}

function costSentences(run: Run): string[] {
  const pairs = Map.groupBy(run.comparisons, ({ a, b }) => JSON.stringify([a, b]))
  if (pairs.size > 0) return [...pairs.values()].map(comparisonSentence)
  const caveat = latencyCaveat(run)
  return [medianSentence(run), caveat].filter((sentence) => sentence !== undefined)
}

/** Two arms, at each service time. */
function comparisonSentence(comparisons: readonly Comparison[]): string {
  const clauses = comparisons.map((comparison, index) => {
    const { serviceTimeMs, a, b, ratio, ci95 } = comparison
    const previous = comparisons[index - 1]
    const time = serviceTime(serviceTimeMs)
    const place = previous === undefined ? `At a service time of ${time}` : `at ${time}`
    if (ratio === null) return `${place} there were too few pairs to compare ${a} with ${b}`
    const times = ratioWithin(ratio, ci95)
    const said =
      previous === undefined
        ? ` a push with ${a} took ${times} the time of one with ${b}`
        : ` ${times}`
    return `${place}${said}: ${finding(comparison, previous)}`
  })
  return `${clauses.join('; ')}.`
}

function finding(comparison: Comparison, previous: Comparison | undefined): string {
  const { verdict, difference, morePairs } = comparison
  const ms = difference === null ? undefined : duration(Math.abs(difference.mean))
  switch (verdict) {
    case 'better':
      return ms === undefined ? verdict : `${verdict} (${ms} saved)`
    case 'worse':
      return ms === undefined ? verdict : `${verdict} (${ms} more)`
    case 'inconclusive':
      return morePairs === null
        ? verdict
        : `${verdict}, needs about ${plural(morePairs, 'more pair')}`
    case 'unproven':
      return `${verdict}, ${doubt(comparison, previous)}`
    case 'equivalent':
      return verdict
  }
}

function doubt({ reasons }: Comparison, previous: Comparison | undefined): string {
  const [first = 'a control moved as well', ...further] = reasons
  if (previous?.reasons.join() === reasons.join()) return 'for the same reason'
  const others = further.length === 0 ? '' : ` (and ${plural(further.length, 'more reason')})`
  return `because ${first}${others}`
}

/** Figures side by side, where nothing was compared: whether one is better is not for them to say. */
function medianSentence(run: Run): string | undefined {
  if (run.mode === 'sim') return undefined
  const clauses = run.topology.serviceTimesMs.flatMap((serviceTimeMs) => {
    const costs = judgedArms(run).flatMap((arm) => medianAt(arm, serviceTimeMs))
    const place = `at a service time of ${serviceTime(serviceTimeMs)}`
    return costs.length === 0 ? [] : [`${place}, ${enumeration(costs)}`]
  })
  return clauses.length === 0
    ? 'No push was timed.'
    : `At the median a push took, ${clauses.join('; ')}.`
}

function medianAt(arm: ArmResult, serviceTimeMs: number): string[] {
  const p50 = latencyAt(arm, serviceTimeMs)?.response.p50 ?? null
  return p50 === null ? [] : [`${duration(p50)} with ${arm.name}`]
}

/** Of the curves that answer what people ask; the others are figures to look up. */
const toldLabels = ['push latency', 'lookups per second']

function growthSentences(curves: readonly Curve[]): string[] {
  return growthOf(curves.filter(isTold)).map(({ label, unit, range, series }) => {
    const clauses = series.map(({ name, ends, isClear }) => {
      const doubt = isClear === false ? ' (no clear change)' : ''
      return `${name} ${`${ends} ${unit}`.trim()}${doubt}`
    })
    return `${capitalized(label)} ${range}: ${clauses.join('; ')}.`
  })
}

/** Does the answer tell of this curve? */
export function isTold({ y }: Curve): boolean {
  return toldLabels.includes(y.label)
}

/** Arms that did the same share a clause. */
function correctnessSentences(run: Run): string[] {
  const arms = judgedArms(run)
  if (arms.length === 0) return ['No arm was judged.']
  const clauses = [...Map.groupBy(arms, (arm) => deeds(arm, run.scenario))].flatMap(
    ([deed, doers]) => {
      const names = enumeration(doers.map(({ name }) => name))
      return deed === '' ? [] : [`${names}${doers.length > 1 ? ' each' : ''} ${deed}`]
    },
  )
  return clauses.length === 0 ? [] : [`${saidOnce(loss(run.scenario), clauses.join('; '))}.`]
}

/** What every clause says need not be read in each. */
function saidOnce(phrase: string, text: string): string {
  const [first = '', ...others] = text.split(phrase)
  return others.length === 0 ? first : `${first}${phrase}${others.join('')}`
}

function deeds(arm: ArmResult, scenario: string): string {
  const { verdict, lateRejections, wastedBytes } = arm.correctness
  if (verdict === 'vacuous') return 'raced too little to be judged'
  return [
    admitted(arm, scenario),
    turnedAway(arm),
    lateRejections > 0 &&
      `turned back ${count(lateRejections)} only at the commit, after ${bytes(wastedBytes)} of upload`,
    verdict === 'broken' && !wasStale(arm) && `broke ${enumeration(violations(arm))}`,
  ]
    .filter((deed) => typeof deed === 'string')
    .join(', and ')
}

function admitted(arm: ArmResult, scenario: string): string | undefined {
  if (wasStale(arm)) return letIn(arm, scenario)
  return arm.races.held > 0 && !isOfGrants(arm) ? letInNone(arm) : undefined
}

/** Were only grants raced? Then nobody could be let in too long. */
function isOfGrants(arm: ArmResult): boolean {
  const effects = racedEffects({ arms: [arm] })
  return effects.has('grant') && !effects.has('revocation')
}

function turnedAway(arm: ArmResult): string | undefined {
  const { staleRejects, staleRejectsBeyondClaim } = arm.correctness
  const isRaced = isOfGrants(arm) && arm.races.held > 0
  if (staleRejects === 0) return isRaced ? `turned away ${none(arm)}` : undefined
  const away = `turned away ${count(staleRejects)} that had the right`
  if (!isRaced) return away
  return `${away}${howLate(arm, 'grant', staleRejectsBeyondClaim)}`
}

function wasStale({ correctness: { staleAdmissions, staleAccepts } }: ArmResult): boolean {
  return staleAdmissions + staleAccepts > 0
}

/** How they had lost the right, by scenario. */
const losses: Readonly<Record<string, string>> = {
  'deletion-race': 'their app was deleted',
  'revocation-race': 'their key or permission was taken away',
  'permission-race': 'their permission was revoked',
}

function loss(scenario: string): string {
  return ` after ${losses[scenario] ?? 'the right to it had ended'}`
}

function letIn(arm: ArmResult, scenario: string): string {
  const { staleAdmissions, staleAccepts } = arm.correctness
  const { staleAdmissionsBeyondClaim, staleAcceptsBeyondClaim } = arm.correctness
  const pushes = plural(Math.max(staleAdmissions, staleAccepts), 'push', 'pushes')
  const beyondClaim = staleAdmissionsBeyondClaim + staleAcceptsBeyondClaim
  const accepted = staleAccepts === 0 ? 'none' : count(staleAccepts)
  const fate = staleAccepts < staleAdmissions ? `, accepting ${accepted} of them` : ''
  return `let in ${pushes}${loss(scenario)}${fate}${howLate(arm, 'revocation', beyondClaim)}`
}

function howLate(arm: ArmResult, effect: MutationEffect, beyondClaim: number): string {
  const lateMs = worstStalenessMs(arm, 'certainMs', effect)
  const late = lateMs === null ? '' : `, up to ${duration(lateMs)} late`
  if (claimedStalenessMs(arm, effect) === null) return late
  return `${late}, ${beyondClaim > 0 ? 'beyond' : 'within'} its claim of ${claimedText(arm, effect)}`
}

/** Each held race has a push on each replica that came too late: so often it could have gone wrong. */
function letInNone(arm: ArmResult): string {
  return `let in ${none(arm)}`
}

function none({ races }: ArmResult): string {
  const trials = races.perReplica.reduce((sum, { held }) => sum + held, 0) || races.held
  const bound = ruleOfThree(trials)
  return `none of ${count(trials)}${bound < 1 ? ` (below ${percent(bound)})` : ''}`
}

function capitalized(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
