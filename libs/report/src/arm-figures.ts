import type { ArmResult, Run } from '@keyrace/contracts'
import { claimedText, racedEffects, worstStalenessMs } from './claimed.ts'
import {
  bytes,
  count,
  countBeyond,
  duration,
  held,
  milliseconds,
  perPush,
  serviceTime,
} from './quantities.ts'

/** One column of the table of arms: the same in the summary and in the terminal. */
export interface ArmFigure {
  readonly title: string
  /** For the terminal; two words on two lines. */
  readonly short: string
  /** A terminal too narrow for all columns gives up those with a place here, lowest first. */
  readonly givenUp?: number
  readonly of: (arm: ArmResult) => string
}

export function armFigures(run: Run): readonly ArmFigure[] {
  const effects = racedEffects(run)
  const isOfGrants = effects.has('grant') && !effects.has('revocation')
  const waited = run.arms.some(({ consistency }) => consistency.revocationWaitMs !== null)
  const isFreshToo = run.arms.some(({ correctness }) => correctness.byConnection !== undefined)
  const measured = [
    ...raced,
    ...timed(run),
    requests,
    ...(isOfGrants ? denials : admissions),
    ...(isFreshToo ? [afresh(isOfGrants ? 'staleRejects' : 'staleAdmissions')] : []),
    ...judged,
    ...(waited ? [wait] : []),
    ...consequences,
  ]
  return [verdict, ...measured.map(ofPlayed)]
}

const verdict: ArmFigure = {
  title: 'Verdict',
  short: 'verdict',
  of: ({ skipped, correctness }) => (skipped === undefined ? correctness.verdict : 'skipped'),
}

/** Who was skipped has no figures, not even zeros. */
function ofPlayed(figure: ArmFigure): ArmFigure {
  return { ...figure, of: (arm) => (arm.skipped === undefined ? figure.of(arm) : '—') }
}

const raced: readonly ArmFigure[] = [
  { title: 'Races held', short: 'races\nheld', givenUp: 6, of: ({ races }) => held(races) },
  {
    title: 'Pushes',
    short: 'pushes',
    givenUp: 1,
    of: ({ pushes }) => count(pushes.attempted),
  },
]

/** At the first service time, which needs to be said where there are several. */
function timed({ topology: { serviceTimesMs } }: Run): readonly ArmFigure[] {
  const [first = 0, ...further] = serviceTimesMs
  const [title, short] =
    further.length === 0 ? ['', 'ms'] : [` at ${serviceTime(first)}`, `${first}ms`]
  return [
    {
      title: `Response p50${title}, ms`,
      short: `p50\n${short}`,
      of: ({ latencyMs }) => milliseconds(latencyMs.response.p50),
    },
    {
      title: `Response p95${title}, ms`,
      short: `p95\n${short}`,
      givenUp: 4,
      of: ({ latencyMs }) => milliseconds(latencyMs.response.p95),
    },
  ]
}

const requests: ArmFigure = {
  // Over all pushes: how often a cache asks depends on how soon one push follows another.
  title: 'Authorization requests per push, on average',
  short: 'RPCs\n/push',
  givenUp: 5,
  of: ({ controller }) => perPush(controller.requestsPerPush.authorize),
}

/** Where rights are taken away. */
const admissions: readonly ArmFigure[] = [
  {
    title: 'Stale admissions',
    short: 'stale\nadmits',
    givenUp: 8,
    of: ({ correctness }) =>
      countBeyond(correctness.staleAdmissions, correctness.staleAdmissionsBeyondClaim),
  },
  {
    title: 'Stale accepts',
    short: 'stale\naccepts',
    of: ({ correctness }) =>
      countBeyond(correctness.staleAccepts, correctness.staleAcceptsBeyondClaim),
  },
]

/** Where rights are given. */
const denials: readonly ArmFigure[] = [
  {
    title: 'Stale rejects',
    short: 'stale\nrejects',
    of: ({ correctness }) =>
      countBeyond(correctness.staleRejects, correctness.staleRejectsBeyondClaim),
  },
]

/** The others came on connections that had been authenticated before the race. */
function afresh(figure: 'staleAdmissions' | 'staleRejects'): ArmFigure {
  const title = figure === 'staleAdmissions' ? 'Stale admissions' : 'Stale rejects'
  return {
    title: `${title} on fresh connections`,
    short: 'stale\non fresh',
    givenUp: 0,
    of: ({ correctness: { byConnection } }) => {
      const fresh = byConnection?.find(({ connection }) => connection === 'fresh')
      return fresh === undefined ? '—' : count(fresh[figure])
    },
  }
}

const judged: readonly ArmFigure[] = [
  {
    title: 'Worst staleness',
    short: 'worst\nlag',
    givenUp: 9,
    of: (arm) => duration(worstStalenessMs(arm)),
  },
  { title: 'Claim', short: 'claim', givenUp: 7, of: claimedText },
]

/** Who lets revocations wait says how long at most. */
const wait: ArmFigure = {
  title: 'Longest wait of a revocation (write clause)',
  short: 'write\nwait',
  givenUp: 10,
  of: ({ consistency: { revocationWaitMs }, claim }) =>
    revocationWaitMs === null
      ? duration(null)
      : `${duration(revocationWaitMs.max)} (of ${claim.write.ms === null ? 'any' : duration(claim.write.ms)})`,
}

const consequences: readonly ArmFigure[] = [
  {
    title: 'Late commits',
    short: 'late\ncommits',
    givenUp: 3,
    of: ({ correctness }) => count(correctness.lateCommits),
  },
  {
    title: 'Wasted upload',
    short: 'wasted\nupload',
    givenUp: 2,
    of: ({ correctness }) => bytes(correctness.wastedBytes),
  },
]
