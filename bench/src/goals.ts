import { type Ratio, ratioOf } from './figures.ts'
import type { Result } from './section.ts'

/** What the ratio of two lanes of a section should be. */
export interface Goal {
  /** Names the folder of its profile. */
  readonly id: string
  readonly text: string
  readonly section: string
  readonly a: string
  readonly b: string
  readonly limit: { readonly atMost: number } | { readonly atLeast: number }
}

/** `open`: the interval reaches over the limit, so that more pairs are needed; or nothing was measured. */
export type GoalVerdict = 'met' | 'missed' | 'open'

export interface JudgedGoal extends Goal {
  readonly ratio: Ratio
  readonly verdict: GoalVerdict
}

export function judgeGoals(goals: readonly Goal[], results: readonly Result[]): JudgedGoal[] {
  return goals.map((goal) => {
    const found = results.find(({ section }) => section.name === goal.section)
    const blocks = found?.blocks
    const ratio = ratioOf(blocks?.get(goal.a), blocks?.get(goal.b), found?.section.figure)
    return { ...goal, ratio, verdict: judge(goal.limit, ratio) }
  })
}

/** A goal is met, or missed, only if the whole interval says so. */
export function judge(limit: Goal['limit'], { ci95 }: Ratio): GoalVerdict {
  if (ci95 === null) return 'open'
  const [low, high] = ci95
  if ('atMost' in limit) {
    if (high <= limit.atMost) return 'met'
    return low > limit.atMost ? 'missed' : 'open'
  }
  if (low >= limit.atLeast) return 'met'
  return high < limit.atLeast ? 'missed' : 'open'
}
