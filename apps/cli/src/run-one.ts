import { access, constants, mkdir } from 'node:fs/promises'
import { basename } from 'node:path'
import type { Plan, Run } from '@keyrace/contracts'
import { recordFiles, reportFiles, terminalReport, writeRun } from '@keyrace/report'
import type { Scenario } from '@keyrace/scenarios'
import { SetupError } from '@keyrace/testbed'
import type { Deps } from './deps.ts'
import { requireFitness } from './doctor/examine.ts'
import type { Interruption } from './interruption.ts'
import { createProgress } from './progress/progress.ts'
import { isPlain } from './terminal.ts'

interface Assignment {
  readonly scenario: Scenario
  readonly plan: Plan
  /** Where the report goes. */
  readonly folder: string
  readonly keepRepositories: boolean
  readonly json: boolean
  readonly interruption: Interruption
}

/** Plays one plan and reports it: files in the folder, and a summary on standard output unless JSON goes there. */
export async function runOne(deps: Deps, assignment: Assignment): Promise<Run> {
  const { scenario, plan, folder, keepRepositories, json, interruption } = assignment
  const { stdout, stderr, env } = deps.process
  await prepare(folder)
  if (plan.mode === 'real') await requireFitness(deps.checks, (line) => stderr.write(`${line}\n`))

  stderr.write(`${planLine(plan)}\n`)
  const live = !isPlain(stderr, env)
  const progress = createProgress({ output: stderr, clock: deps.clock, live })
  const { signal } = interruption
  const saySo = () => progress.show({ kind: 'phase', name: 'stopping; a partial report follows' })
  signal.addEventListener('abort', saySo)
  const artifacts = await deps
    .runScenario(scenario, plan, { progress: progress.show, signal, folder, keepRepositories })
    .finally(() => {
      signal.removeEventListener('abort', saySo)
      return progress.end()
    })

  const run = { ...artifacts.run, exitCode: interruption.exitCode() ?? artifacts.run.exitCode }
  const written = await writeRun(folder, { ...artifacts, run })
  if (!json) {
    const paths = written.filter((path) => worthNaming.includes(basename(path)))
    const color = !isPlain(stdout, env)
    stdout.write(`\n${terminalReport(run, { columns: stdout.columns ?? 80, color, paths })}`)
  }
  return run
}

const worthNaming: readonly string[] = [reportFiles.page, recordFiles.run, recordFiles.history]

/** Before a minute is spent on a report that has nowhere to go. */
async function prepare(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true })
    await access(folder, constants.W_OK)
  } catch (error) {
    const message = `cannot write to ${folder} (${(error as Error).message}): choose another --out`
    throw new SetupError('out-folder', message, { cause: error })
  }
}

function planLine(plan: Plan): string {
  const strategies = plan.arms.map((arm) => arm.strategy).join(', ')
  const fixture = `${plan.users} users × ${plan.keysPerUser} keys, ${plan.apps} apps`
  const builders = `${plan.replicas} builders per strategy`
  return `${plan.scenario}, seed ${plan.seed}: ${strategies}; ${builders}; ${fixture}; ${plan.races} races`
}
