import { type ArmResult, pushCounts, type Run } from '@keyrace/contracts'
import { boundsText } from '../../claimed.ts'
import { latencyAt } from '../../latency-at.ts'
import {
  bytes,
  count,
  countBeyond,
  duration,
  held,
  milliseconds,
  perPush,
  serviceTime,
} from '../../quantities.ts'
import { violations } from '../../verdict.ts'
import { words } from '../../words.ts'
import { type Markup, markup } from '../markup.ts'
import { figuresTable, type RowGroup } from './table.ts'

/** Each arm's promises, its correctness and its cost. */
export function armsTable({ arms, topology }: Run): Markup {
  const timed = Object.fromEntries(
    topology.serviceTimesMs.map((ms) => [`Response at ${serviceTime(ms)}, ms`, at(ms)]),
  )
  const groups = Object.entries<Figures>({ ...judged, ...timed, ...others })
  return figuresTable(
    'The arms',
    arms.map((arm) => arm.name),
    groups.map(([title, rows]): RowGroup => {
      const figures = Object.entries(rows)
      return { title, rows: figures.map(([title, of]) => ({ title, cells: arms.map(of) })) }
    }),
  )
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
    'Late commits': ({ correctness }) => count(correctness.lateCommits),
    'Late rejections': ({ correctness }) => count(correctness.lateRejections),
    'Wasted upload': ({ correctness }) => bytes(correctness.wastedBytes),
  },
}

/** Of timed pushes, at one service time. */
function at(serviceTimeMs: number): Figures {
  const of = (quantile: 'p50' | 'p90' | 'p95' | 'p99' | 'max') => (arm: ArmResult) => {
    return milliseconds(latencyAt(arm, serviceTimeMs)?.response[quantile] ?? null)
  }
  return { p50: of('p50'), p90: of('p90'), p95: of('p95'), p99: of('p99'), max: of('max') }
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
  Promises: {
    'Lag after a revocation': ({ claim }) => boundsText(claim.revocation),
    'Lag after a grant': ({ claim }) => boundsText(claim.grant),
    'In an outage': ({ claim: { outage } }) =>
      outage.kind === 'bounded' ? `answers for ${duration(outage.ms)}` : words(outage.kind),
    Knobs: ({ knobs }) =>
      markup`${Object.entries(knobs).map(([knob, value]) => markup`${knob} ${value}<br>`)}`,
  },
}

function verdictOf({ skipped, correctness }: ArmResult): string | Markup {
  if (skipped) return `skipped: ${skipped.reason}`
  const tone = { holds: 'good', broken: 'bad', vacuous: 'doubtful' }[correctness.verdict]
  return markup`<span class="${tone}">${correctness.verdict}</span>`
}

function brokenBy(arm: ArmResult): string | Markup {
  const broken = violations(arm)
  return broken.length === 0 ? 'nothing' : markup`${broken.map((one) => markup`${one}<br>`)}`
}
