import type { Environment } from '@keyrace/contracts'
import type { Skipped } from './contenders/contender.ts'
import type { JudgedGoal } from './goals.ts'
import type { GoalProfile } from './profile.ts'
import type { ReportedSection } from './reported-section.ts'
import { goalsTable, sectionTable } from './table.ts'

/** report.json: every figure that is printed, and what machine it is from. */
export interface Report {
  readonly bench: string
  readonly environment: Environment
  readonly sections: readonly ReportedSection[]
  readonly goals: readonly JudgedGoal[]
  readonly profiles: readonly GoalProfile[]
  readonly skipped: readonly Skipped[]
}

/** What is printed: a table for each section, the goals, and a profile of each that is not met. */
export function reportText({ sections, goals, profiles }: Report): string {
  const texts = [
    ...sections.map(sectionTable),
    goalsTable(goals),
    ...profiles.map(({ text }) => text),
  ]
  return `${texts.join('\n\n')}\n`
}
