import { type ArmResult, pushCounts, type Run } from '@keyrace/contracts'
import { boundsText } from '../../claimed.ts'
import { bytes, count, countBeyond, duration, milliseconds, perPush } from '../../quantities.ts'
import { violations } from '../../verdict.ts'
import { html, type Markup } from './markup.ts'
import { figuresTable, type RowGroup } from './table.ts'

/** Each arm's promises, its correctness and its cost. */
export function armsTable({ arms }: Run): Markup {
  const groups = Object.entries(figures).map(
    ([title, rows]): RowGroup => ({
      title,
      rows: Object.entries(rows).map(([title, of]) => ({ title, cells: arms.map(of) })),
    }),
  )
  return figuresTable(
    'The arms',
    arms.map((arm) => arm.name),
    groups,
  )
}

type Figures = Readonly<Record<string, (arm: ArmResult) => string | Markup>>

const figures: Readonly<Record<string, Figures>> = {
  Correctness: {
    Verdict: verdictOf,
    Broken: brokenBy,
    'Races held': ({ races }) => `${count(races.held)} of ${count(races.planned)}`,
    'Stale admissions': ({ correctness: c }) =>
      countBeyond(c.staleAdmissions, c.staleAdmissionsBeyondClaim),
    'Stale accepts': ({ correctness: c }) => countBeyond(c.staleAccepts, c.staleAcceptsBeyondClaim),
    'Stale rejects': ({ correctness: c }) => countBeyond(c.staleRejects, c.staleRejectsBeyondClaim),
    'Late commits': ({ correctness }) => count(correctness.lateCommits),
    'Late rejections': ({ correctness }) => count(correctness.lateRejections),
    'Wasted upload': ({ correctness }) => bytes(correctness.wastedBytes),
  },
  'Response time, ms': {
    p50: ({ latencyMs }) => milliseconds(latencyMs.response.p50),
    p90: ({ latencyMs }) => milliseconds(latencyMs.response.p90),
    p95: ({ latencyMs }) => milliseconds(latencyMs.response.p95),
    p99: ({ latencyMs }) => milliseconds(latencyMs.response.p99),
    max: ({ latencyMs }) => milliseconds(latencyMs.response.max),
  },
  'Controller requests per push': {
    identify: ({ controller }) => perPush(controller.requestsPerPush.identify),
    authorize: ({ controller }) => perPush(controller.requestsPerPush.authorize),
    'authorize, warm push': ({ controller }) =>
      perPush(controller.authorizationRequestsPerWarmPush),
    publish: ({ controller }) => perPush(controller.requestsPerPush.publish),
    background: ({ controller }) => perPush(controller.requestsPerPush.background),
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
      html`${Object.entries(knobs).map(([knob, value]) => html`${knob} ${value}<br>`)}`,
  },
}

function verdictOf({ skipped, correctness }: ArmResult): string | Markup {
  if (skipped) return `skipped: ${skipped.reason}`
  const tone = { holds: 'good', broken: 'bad', vacuous: 'doubtful' }[correctness.verdict]
  return html`<span class="${tone}">${correctness.verdict}</span>`
}

function brokenBy(arm: ArmResult): string | Markup {
  const broken = violations(arm)
  return broken.length === 0 ? 'nothing' : html`${broken.map((one) => html`${one}<br>`)}`
}

/** `rejectedAtCommit` and `fail-closed` as a person writes them. */
function words(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`).replaceAll('-', ' ')
}
