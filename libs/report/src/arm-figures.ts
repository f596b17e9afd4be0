import type { ArmResult } from '@keyrace/contracts'
import { claimedText } from './claimed.ts'
import { bytes, count, countBeyond, duration, milliseconds, perPush } from './quantities.ts'

/** One column of the table of arms: the same in the summary, on the page and in the terminal. */
export interface ArmFigure {
  readonly title: string
  /** For the terminal; two words on two lines. */
  readonly short: string
  /** A terminal too narrow for all columns gives up those with a place here, lowest first. */
  readonly givenUp?: number
  readonly of: (arm: ArmResult) => string
}

export const armFigures: readonly ArmFigure[] = [
  { title: 'Verdict', short: 'verdict', of: verdictOf },
  {
    title: 'Races held',
    short: 'races\nheld',
    givenUp: 6,
    of: ({ races }) => `${count(races.held)}/${count(races.planned)}`,
  },
  {
    title: 'Pushes',
    short: 'pushes',
    givenUp: 1,
    of: ({ pushes }) => count(pushes.attempted),
  },
  {
    title: 'Response p50, ms',
    short: 'p50\nms',
    of: ({ latencyMs }) => milliseconds(latencyMs.response.p50),
  },
  {
    title: 'Response p95, ms',
    short: 'p95\nms',
    givenUp: 4,
    of: ({ latencyMs }) => milliseconds(latencyMs.response.p95),
  },
  {
    title: 'Authorization requests per push',
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

function verdictOf({ skipped, correctness }: ArmResult): string {
  return skipped === undefined ? correctness.verdict : 'skipped'
}
