import { join } from 'node:path'
import { exitCodes, type Plan, type Run } from '@keyrace/contracts'
import type { Scenario } from '@keyrace/scenarios'
import type { Deps } from './deps.ts'
import { type Interruption, listenForInterruption } from './interruption.ts'
import { runOne } from './run-one.ts'

export interface RunAllOptions {
  readonly out?: string
  readonly keepRepositories?: boolean
  readonly json?: boolean
  /** Commands to try after this one. */
  readonly next?: readonly string[]
}

/** Plays plans one after the other, and resolves to the exit code over all of them. */
export async function runAll(
  deps: Deps,
  planned: readonly { readonly scenario: Scenario; readonly plan: Plan }[],
  { out, keepRepositories = false, json = false, next = [] }: RunAllOptions,
): Promise<number> {
  const { process, clock } = deps
  const several = planned.length > 1
  const interruption = listenForInterruption(process, clock)
  const runs: Run[] = []
  try {
    for (const { scenario, plan } of planned) {
      if (interruption.signal.aborted) break
      const folder = folderOf(plan, out, several)
      const manner = { folder, keepRepositories, json, next, interruption }
      runs.push(await runOne(deps, { scenario, plan, ...manner }))
    }
  } catch (error) {
    // What fails after the signal most likely fails because of it.
    const exitCode = interruption.exitCode()
    if (exitCode === undefined) throw error
    process.stderr.write(`stopped without a report: ${(error as Error).message}\n`)
    return exitCode
  } finally {
    interruption.stop()
  }
  const total = totalOf(runs, planned.length, interruption)
  const printed = several ? { runs, ...total } : runs[0]
  if (json) process.stdout.write(`${JSON.stringify(printed, null, 2)}\n`)
  return total.exitCode
}

function folderOf({ scenario, seed }: Plan, out: string | undefined, several: boolean): string {
  if (out === undefined) return join('out', `${scenario}-${seed}`)
  return several ? join(out, scenario) : out
}

/** A broken promise outweighs a run that proved nothing, and that outweighs a pass. */
function totalOf(runs: readonly Run[], planned: number, interruption: Interruption) {
  const verdicts = runs.map((run) => run.verdict)
  const worst = (['fail', 'invalid'] as const).find((verdict) => verdicts.includes(verdict))
  const verdict = worst ?? (runs.length < planned ? 'invalid' : 'pass')
  const decisive = runs.find((run) => run.verdict === verdict)
  const exitCode = interruption.exitCode() ?? decisive?.exitCode ?? exitCodes.invalid
  return { verdict, exitCode }
}
