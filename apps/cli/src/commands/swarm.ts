import { join } from 'node:path'
import { commitChecks, requirements, SwarmPlan, systems } from '@keyrace/contracts'
import { explore } from '@keyrace/swarm'
import type { Command } from 'commander'
import type { Deps } from '../deps.ts'
import { examplesOf, exitCodeTable } from '../help.ts'
import { listenForInterruption } from '../interruption.ts'
import { exploreOptionsOf, type SwarmOptions } from '../swarm/options.ts'
import { createSwarmProgress } from '../swarm/progress.ts'
import { tellViolation } from '../swarm/shrink.ts'
import { swarmSummary } from '../swarm/summary.ts'
import { isPlain } from '../terminal.ts'
import { budgetMs, integerIn, names } from '../values.ts'
import { choice } from './choice.ts'

interface CommandOptions extends SwarmOptions {
  readonly out?: string
  readonly json?: boolean
}

const limits = SwarmPlan.properties

/** `keyrace swarm` */
export function swarmCommand(program: Command, deps: Deps, end: (exitCode: number) => void): void {
  program
    .command('swarm')
    .description('explore simulated worlds from seeds, and shrink what fails')
    .option('--budget <time>', 'how long to search: 60s (default: 20s)', budgetMs)
    .option('--seeds <n>', 'instead: how many seeds', integerIn({ minimum: 1 }))
    .option('--seed <n>', 'the first of the seeds (default: random)', integerIn(limits.seed))
    .option('--strategy <names>', 'only these: a,b (default: all)', names)
    .addOption(choice('--system <system>', 'ours, or as Deis had it', systems).default('fixed'))
    .addOption(choice('--commit-check <kind>', 'instead of drawing it', commitChecks))
    .addOption(choice('--require <level>', 'what must hold for a pass', requirements))
    .option('--replicas <n>', 'builders, instead of drawing them', integerIn(limits.replicas))
    .option('--out <folder>', 'for what is found (default: out/swarm-<seed>)')
    .option('--json', 'print the result as JSON, and nothing else, on standard output')
    .addHelpText('after', `${examplesOf('swarm')}\n${exitCodeTable}`)
    .action(async (options: CommandOptions) => end(await search(deps, options)))
}

async function search(deps: Deps, { out, json, ...given }: CommandOptions): Promise<number> {
  const { clock, process } = deps
  const { stdout, stderr, env } = process
  const options = exploreOptionsOf(given, deps.randomSeed)
  stderr.write(`exploring ${options.system} from seed ${options.seed}\n`)
  const progress = createSwarmProgress({ output: stderr, clock, live: !isPlain(stderr, env) })
  const interruption = listenForInterruption(process, clock)
  const pool = deps.startSwarmPool()
  try {
    const { signal } = interruption
    const found = await explore(options, { pool, clock, signal, progress: progress.show })
    const result = { ...found, exitCode: interruption.exitCode() ?? found.exitCode }
    progress.end()
    if (json) stdout.write(`${JSON.stringify(result, null, 2)}\n`)
    else stdout.write(`\n${swarmSummary(result, stdout.columns ?? 80)}`)
    const [first] = result.violations
    if (first !== undefined && !signal.aborted) {
      const folder = out ?? join('out', `swarm-${first.seed}`)
      await tellViolation(deps, first, { options, folder, output: json ? stderr : stdout })
    }
    return result.exitCode
  } finally {
    interruption.stop()
    await pool.close()
  }
}
