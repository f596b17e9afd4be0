import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { describeEnvironment, SetupError } from '@keyrace/testbed'
import { PushFailed } from './clients/client.ts'
import type { Skipped } from './contenders/contender.ts'
import { type Goal, type JudgedGoal, judgeGoals } from './goals.ts'
import type { Options } from './options.ts'
import { unfit } from './preflight.ts'
import { type GoalProfile, profileGoal } from './profile.ts'
import { type Report, reportedSection, reportText } from './report.ts'
import { measure, type Section } from './section.ts'

export interface Bench {
  readonly name: string
  readonly goals: readonly Goal[]
  /** Starts what is measured; what has to be ended goes to `ground.cleanup`. */
  setUp(ground: Ground, options: Options): Promise<SetUp>
}

export interface Ground {
  /** Removed at the end. */
  readonly folder: string
  readonly logs: string
  readonly cleanup: AsyncDisposableStack
  tell(line: string): void
}

export interface SetUp {
  readonly sections: readonly Section[]
  readonly skipped: readonly Skipped[]
}

interface Frame {
  readonly signal: AbortSignal
  tell(line: string): void
}

const exitCode = { ok: 0, goalMissed: 3, invalid: 5, interrupted: 130, terminated: 143 }

/** Answers the exit code. Progress goes to standard error, the report to standard output and to a folder. */
export async function runBench(bench: Bench, options: Options): Promise<number> {
  const tell = (line: string) => void process.stderr.write(`bench:${bench.name}: ${line}\n`)
  const reason = unfit()
  if (reason !== undefined) {
    tell(reason)
    return exitCode.invalid
  }
  const stopping = new AbortController()
  process.once('SIGINT', () => stopping.abort(exitCode.interrupted))
  process.once('SIGTERM', () => stopping.abort(exitCode.terminated))
  try {
    const report = await createReport(bench, options, { tell, signal: stopping.signal })
    await writeFile(join(options.out, 'report.json'), `${JSON.stringify(report, null, 2)}\n`)
    process.stdout.write(options.json ? `${JSON.stringify(report)}\n` : reportText(report))
    const isMissed = report.goals.some(({ verdict }) => verdict === 'missed')
    return isMissed && options.strict ? exitCode.goalMissed : exitCode.ok
  } catch (error) {
    if (stopping.signal.aborted) return stopping.signal.reason
    if (!(error instanceof SetupError || error instanceof PushFailed)) throw error
    tell(`${error.message}; logs are in ${relative('', join(options.out, 'logs'))}`)
    return exitCode.invalid
  }
}

/** Everything that was started for it has ended when it is there. */
async function createReport(bench: Bench, options: Options, frame: Frame): Promise<Report> {
  const { tell, signal } = frame
  await using cleanup = new AsyncDisposableStack()
  const folder = await mkdtemp(join(tmpdir(), 'keyrace-bench-'))
  cleanup.defer(() => rm(folder, { recursive: true, force: true }))
  const logs = join(options.out, 'logs')
  // What was there before of ours, and nothing else: somebody may have named a folder with more in it.
  for (const name of ['report.json', 'logs', 'profiles']) {
    await rm(join(options.out, name), { recursive: true, force: true })
  }
  await mkdir(logs, { recursive: true })

  const environment = describeEnvironment()
  const { sections, skipped } = await bench.setUp({ folder, logs, cleanup, tell }, options)
  for (const { contender, reason } of skipped) tell(`${contender} is left out: ${reason}`)
  const results = await measure(sections, { ...options, ...frame })
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
