import { type ArmResult, pushCounts, type Run } from '@keyrace/contracts'
import {
  boundsText,
  headRoomMs,
  racedEffects,
  racedMutations,
  testedClaims,
  writeText,
} from '../../claimed.ts'
import { latencyAt } from '../../latency-at.ts'
import {
  bytes,
  count,
  countBeyond,
  duration,
  held,
  milliseconds,
  percent,
  perPush,
  serviceTime,
} from '../../quantities.ts'
import { violations } from '../../verdict.ts'
import { words } from '../../words.ts'
import { type Markup, markup } from '../markup.ts'
import { figuresTable, type RowGroup } from './table.ts'

/** Each arm's promises, its correctness and its cost. */
export function armsTable(run: Run): Markup {
  const { arms, topology } = run
  const timed = Object.fromEntries(
    topology.serviceTimesMs.map((ms) => [`Response at ${serviceTime(ms)}, ms`, at(ms)]),
  )
  const groups = Object.entries<Figures>({
    ...judged,
    ...connectionsOf(run),
    ...lagsOf(run),
    ...waitsOf(run),
    ...timed,
    ...others,
  })
  return figuresTable(
    'The arms',
    arms.map((arm) => arm.name),
    groups.map(([title, rows]): RowGroup => {
      const figures = Object.entries(rows)
      return { title, rows: figures.map(([title, of]) => ({ title, cells: arms.map(shown(of)) })) }
    }),
  )
}

/** Who was skipped has promises, and no figures, not even zeros. */
function shown(of: Figures[string]): Figures[string] {
  const isAlways = [verdictOf, ...Object.values(promises)].includes(of)
  return (arm) => (arm.skipped === undefined || isAlways ? of(arm) : '—')
}

type Figures = Readonly<Record<string, (arm: ArmResult) => string | Markup>>

const judged: Readonly<Record<string, Figures>> = {
  Correctness: {
    Verdict: verdictOf,
    Broken: brokenBy,
    'Races held': ({ races }) => held(races, ' of '),
    'Stale admissions': ({ correctness: c }) =>
      countBeyond(c.staleAdmissions, c.staleAdmissionsBeyondClaim),
    'Stale accepts': ({ correctness: c }) => countBeyond(c.staleAccepts, c.staleAcceptsBeyondClaim),
    'Stale rejects': ({ correctness: c }) => countBeyond(c.staleRejects, c.staleRejectsBeyondClaim),
    'Left of the bound': (arm) => duration(headRoomMs(arm)),
    Why: whyWrong,
    'Late commits': ({ correctness }) => count(correctness.lateCommits),
    'Late rejections': ({ correctness }) => count(correctness.lateRejections),
    'Wasted upload': ({ correctness }) => bytes(correctness.wastedBytes),
  },
}

/** Where races had pushes on fresh connections too. */
function connectionsOf(run: Run): Readonly<Record<string, Figures>> {
  if (run.arms.every(({ correctness }) => correctness.byConnection === undefined)) return {}
  const isOfRevocations = racedEffects(run).has('revocation')
  const figure = isOfRevocations ? 'staleAdmissions' : 'staleRejects'
  const on =
    (kind: 'waiting' | 'fresh') =>
    ({ correctness: { byConnection } }: ArmResult) => {
      const own = byConnection?.find(({ connection }) => connection === kind)
      return own === undefined ? '—' : count(own[figure])
    }
  const rows = {
    'authenticated before the race': on('waiting'),
    'on fresh connections': on('fresh'),
  }
  return { [isOfRevocations ? 'Stale admissions' : 'Stale rejects']: rows }
}

/** By what was raced; and how soon everybody has heard of it. */
function lagsOf(run: Run): Readonly<Record<string, Figures>> {
  const mutations = racedMutations(run)
  if (mutations.length === 0) return {}
  const lagAfter = (mutation: string) => (arm: ArmResult) => {
    const tested = testedClaims(arm).find((one) => one.mutation === mutation)
    return tested === undefined ? '—' : duration(tested.certainMs)
  }
  return {
    'Worst staleness': Object.fromEntries(mutations.map((one) => [one, lagAfter(one)])),
    'Mutations that every builder honours later than': Object.fromEntries(
      ([10, 100, 1_000, 10_000] as const).map((ms) => [duration(ms), honouredAfter(ms)]),
    ),
  }
}

function honouredAfter(ms: 10 | 100 | 1_000 | 10_000) {
  return ({ consistency }: ArmResult) => {
    const { share, n } = consistency.consistentWithin[ms]
    return share === null ? '—' : `${percent(share)} of ${count(n)}`
  }
}

/** How long revocations waited for builders, where any did. */
function waitsOf({ arms }: Run): Readonly<Record<string, Figures>> {
  if (arms.every(({ consistency }) => consistency.revocationWaitMs === null)) return {}
  type Waits = NonNullable<ArmResult['consistency']['revocationWaitMs']>
  const of =
    (text: (waits: Waits) => string) =>
    ({ consistency: { revocationWaitMs: waits } }: ArmResult) =>
      waits === null ? '—' : text(waits)
  return {
    'Revocations waited': {
      p50: of(({ p50 }) => duration(p50)),
      p99: of(({ p99 }) => duration(p99)),
      max: of(({ max }) => duration(max)),
      'until all had acknowledged': of(({ acks }) => count(acks)),
      'until a term had run out': of(({ expiry }) => count(expiry)),
    },
  }
}

/** Of timed pushes, at one service time. */
function at(serviceTimeMs: number): Figures {
  const of = (quantile: 'p50' | 'p90' | 'p95' | 'p99' | 'max') => (arm: ArmResult) => {
    return milliseconds(latencyAt(arm, serviceTimeMs)?.response[quantile] ?? null)
  }
  return { p50: of('p50'), p90: of('p90'), p95: of('p95'), p99: of('p99'), max: of('max') }
}

const promises: Figures = {
  'Lag after a revocation': ({ claim }) => boundsText(claim.revocation),
  'Lag after a grant': ({ claim }) => boundsText(claim.grant),
  'Wait of a revocation': ({ claim }) => writeText(claim),
  'In an outage': ({ claim: { outage } }) =>
    outage.kind === 'bounded' ? `answers for ${duration(outage.ms)}` : words(outage.kind),
  Knobs: ({ knobs }) =>
    markup`${Object.entries(knobs).map(([knob, value]) => markup`${knob} ${value}<br>`)}`,
}

const others: Readonly<Record<string, Figures>> = {
  'Asked of the controller per push, on average over this run': {
    identify: ({ controller }) => perPush(controller.requestsPerPush.identify),
    authorize: ({ controller }) => perPush(controller.requestsPerPush.authorize),
    'authorize, warm push': ({ controller }) =>
      perPush(controller.authorizationRequestsPerWarmPush),
    publish: ({ controller }) => perPush(controller.requestsPerPush.publish),
    background: ({ controller }) => perPush(controller.requestsPerPush.background),
    bytes: ({ controller: { bytesPerPush } }) =>
      bytesPerPush === null ? '—' : bytes(Math.round(bytesPerPush)),
  },
  Pushes: Object.fromEntries(
    pushCounts.map((outcome) => [words(outcome), ({ pushes }) => count(pushes[outcome])]),
  ),
  Promises: promises,
}

function verdictOf({ skipped, correctness }: ArmResult): string | Markup {
  if (skipped) return `skipped: ${skipped.reason}`
  const tone = { holds: 'good', broken: 'bad', vacuous: 'doubtful' }[correctness.verdict]
  return markup`<span class="${tone}">${correctness.verdict}</span>`
}

/** How wrong decisions came about, and how often. */
function whyWrong({ correctness: { causes = {} } }: ArmResult): string | Markup {
  const told = Object.entries(causes).map(([code, times]) => `${count(times)} × ${words(code)}`)
  return told.length === 0 ? '—' : markup`${told.map((one) => markup`${one}<br>`)}`
}

function brokenBy(arm: ArmResult): string | Markup {
  const broken = violations(arm)
  return broken.length === 0 ? 'nothing' : markup`${broken.map((one) => markup`${one}<br>`)}`
}
