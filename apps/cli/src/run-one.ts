import { join } from 'node:path'
import type { Plan, Run } from '@keyrace/contracts'
import { recordFiles, reportFiles, terminalReport, wrap } from '@keyrace/report'
import type { Scenario } from '@keyrace/scenarios'
import type { Deps } from './deps.ts'
import { requireFitness } from './doctor/examine.ts'
import { prepareFolder, writeReport } from './folder.ts'
import { tellGithub } from './github.ts'
import type { Interruption } from './interruption.ts'
import { planLine } from './plan-line.ts'
import { createProgress } from './progress/progress.ts'
import { isPlain } from './terminal.ts'

interface Assignment {
  readonly scenario: Scenario
  readonly plan: Plan
  /** Where the report goes. */
  readonly folder: string
  readonly keepRepositories: boolean
  readonly json: boolean
  readonly next: readonly string[]
  readonly interruption: Interruption
}

/** Plays one plan and reports it: files in the folder, and a summary on standard output unless JSON goes there. */
export async function runOne(deps: Deps, assignment: Assignment): Promise<Run> {
  const { scenario, plan, folder, keepRepositories, json, next, interruption } = assignment
  const { stdout, stderr, env } = deps.process
  await prepareFolder(folder)
  if (plan.mode === 'real') await requireFitness(deps.checks, (line) => stderr.write(`${line}\n`))

  stderr.write(`${wrap(planLine(plan), stderr.columns ?? Infinity, 2)}\n`)
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
  await writeReport(folder, { ...artifacts, run })
  await tellGithub(deps.process, run)
  if (!json) {
    const paths = worthNaming.map((name) => join(folder, name))
    const color = !isPlain(stdout, env)
    stdout.write(`\n${terminalReport(run, { columns: stdout.columns ?? 80, color, paths, next })}`)
  }
  return run
}

const worthNaming = [reportFiles.page, recordFiles.run, recordFiles.history]
