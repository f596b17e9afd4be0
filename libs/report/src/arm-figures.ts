import type { ArmResult, Run } from '@keyrace/contracts'
import { claimedText } from './claimed.ts'
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
  return [...raced, ...timed(run), ...judged]
}

const raced: readonly ArmFigure[] = [
  {
    title: 'Verdict',
    short: 'verdict',
    of: ({ skipped, correctness }) => (skipped === undefined ? correctness.verdict : 'skipped'),
  },
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

const judged: readonly ArmFigure[] = [
  {
    // Over all pushes: how often a cache asks depends on how soon one push follows another.
    title: 'Authorization requests per push, on average',
    short: 'RPCs\n/push',
    givenUp: 5,
    of: ({ controller }) => perPush(controller.requestsPerPush.authorize),
  },
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
  {
    title: 'Worst staleness',
    short: 'worst\nlag',
    givenUp: 9,
    of: ({ correctness }) => duration(correctness.measuredStalenessMs.revocation.certain),
  },
  { title: 'Claim', short: 'claim', givenUp: 7, of: claimedText },
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
