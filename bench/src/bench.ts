import { describeEnvironment } from '@keyrace/testbed'
import type { Skipped } from './contenders/contender.ts'
import { type Frame, runFramed } from './frame.ts'
import { type Goal, type JudgedGoal, judgeGoals } from './goals.ts'
import type { Options } from './options.ts'
import { unfit } from './preflight.ts'
import { type GoalProfile, profileGoal } from './profile.ts'
import { type Report, reportText } from './report.ts'
import { reportedSection } from './reported-section.ts'
import { measure, type Section } from './section.ts'

/** Pushes by several contenders, side by side. */
export interface Bench {
  readonly name: string
  readonly goals: readonly Goal[]
  /** Starts what is measured; what has to be ended goes to `ground.cleanup`. */
  setUp(ground: Ground, options: Options): Promise<SetUp>
}

export type Ground = Omit<Frame, 'signal'>

export interface SetUp {
  readonly sections: readonly Section[]
  readonly skipped: readonly Skipped[]
}

/** Answers the exit code. */
export function runBench(bench: Bench, options: Options): Promise<number> {
  return runFramed(
    {
      name: bench.name,
      unfit,
      create: (frame) => createReport(bench, options, frame),
      text: reportText,
      isMissed: ({ goals }) => options.strict && goals.some(({ verdict }) => verdict === 'missed'),
    },
    options,
  )
}

async function createReport(bench: Bench, options: Options, frame: Frame): Promise<Report> {
  const { tell, signal } = frame
  const environment = describeEnvironment()
  const { sections, skipped } = await bench.setUp(frame, options)
  for (const { contender, reason } of skipped) tell(`${contender} is left out: ${reason}`)
  const results = await measure(sections, { ...options, signal, tell })
  const goals = judgeGoals(bench.goals, results)
  const profiles: GoalProfile[] = []
  for (const goal of goals.filter(isInDoubt)) {
    tell(`profile of: ${goal.text}`)
    profiles.push(await profileGoal(goal, sections, { out: options.out, signal }))
  }
  return {
    bench: bench.name,
    environment,
    sections: results.map(reportedSection),
    goals,
    profiles,
    skipped,
  }
}

/** Measured, and not met for sure. */
function isInDoubt({ ratio, verdict }: JudgedGoal): boolean {
  return ratio.value !== null && verdict !== 'met'
}
