import { bruteForce, invariantNames, mutantIds, proveMutants } from '@keyrace/swarm'
import type { Command } from 'commander'
import type { Deps } from '../deps.ts'
import { examplesOf, exitCodeTable } from '../help.ts'
import { listenForInterruption } from '../interruption.ts'
import { mutantsSummary } from '../mutants/summary.ts'
import { unknown } from '../nearest.ts'
import { integerIn, names } from '../values.ts'

interface MutantsOptions {
  readonly only?: readonly string[]
  readonly seeds: number
  readonly without?: string
  readonly json?: boolean
}

/** `keyrace mutants` */
export function mutantsCommand(
  program: Command,
  deps: Deps,
  end: (exitCode: number) => void,
): void {
  program
    .command('mutants')
    .description('plant every known bug, and prove that the checker convicts each')
    .option('--only <ids>', 'only these: M1,M22', names)
    .option('--seeds <n>', 'how many worlds each may take', integerIn({ minimum: 1 }), 200)
    .option('--without <invariant>', 'turn one invariant off: what it has to convict survives')
    .option('--json', 'print the result as JSON, and nothing else, on standard output')
    .addHelpText('after', `${examplesOf('mutants')}\n${exitCodeTable}`)
    .action(async (options: MutantsOptions) => end(await prove(deps, options)))
}

async function prove(deps: Deps, { json, ...options }: MutantsOptions): Promise<number> {
  const { stdout, stderr } = deps.process
  for (const id of options.only ?? []) {
    if (!mutantIds.includes(id)) throw unknown('mutant', id, mutantIds)
  }
  const { without } = options
  const convictors = [...invariantNames, bruteForce]
  if (without !== undefined && !convictors.includes(without)) {
    throw unknown('invariant', without, convictors)
  }
  const interruption = listenForInterruption(deps.process, deps.clock)
  const pool = deps.startHunterPool()
  try {
    const result = await proveMutants(options, {
      pool,
      signal: interruption.signal,
      progress(done, of) {
        const { id, killed, invariant, seeds } = done.at(-1) as (typeof done)[number]
        const fate = killed ? `${invariant} after ${seeds}` : `not convicted in ${seeds}`
        stderr.write(`${done.length}/${of} ${id}: ${fate}\n`)
      },
    })
    const exitCode = interruption.exitCode() ?? result.exitCode
    if (json) stdout.write(`${JSON.stringify({ ...result, exitCode }, null, 2)}\n`)
    else stdout.write(`\n${mutantsSummary(result, stdout.columns ?? 80)}`)
    return exitCode
  } finally {
    interruption.stop()
    await pool.close()
  }
}
