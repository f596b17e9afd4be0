import {
  arrivalKinds,
  ClosedLoad,
  clients,
  commitChecks,
  locks,
  modes,
  Plan,
  repositoryLayouts,
  requirements,
  systems,
  targets,
} from '@keyrace/contracts'
import type { Command } from 'commander'
import type { Deps } from '../deps.ts'
import { examplesOf, exitCodeTable } from '../help.ts'
import { unknown } from '../nearest.ts'
import { type PlanOptions, planOf } from '../plan.ts'
import { type RunAllOptions, runAll } from '../run-all.ts'
import { durationsMs, integerIn, names, rate, setting, share, threshold } from '../values.ts'
import { choice } from './choice.ts'

interface RunOptions extends PlanOptions, RunAllOptions {
  readonly seed?: number
}

const limits = Plan.properties
const { pairs } = limits.latency.properties

/** `keyrace run <scenario…>` */
export function runCommand(program: Command, deps: Deps, end: (exitCode: number) => void): void {
  program
    .command('run')
    .description('play scenarios, and judge what happened')
    .argument('<scenario...>', `of: ${Object.keys(deps.scenarios).join(', ')}`)
    .option('--strategy <names>', 'how builders look up keys: a,b or all; a,a for A/A', names)
    .option('--set <name.knob=value>', 'a knob of a strategy; repeatable', setting)
    .addOption(choice('--system <system>', 'ours, or all as Deis had it in 2018', systems))
    .option('--quirk <names>', 'single behaviours of the latter: keyrace list quirks', names)
    .addOption(choice('--mode <mode>', 'real processes, or simulated', modes).default('real'))
    .addOption(choice('--commit-check <kind>', 'what is checked as the ref moves', commitChecks))
    .addOption(choice('--require <level>', 'what must hold for a pass', requirements))
    .option('--replicas <n>', 'builders per strategy', integerIn(limits.replicas))
    .addOption(
      choice('--repositories <layout>', 'of all replicas, or of each its own', repositoryLayouts),
    )
    .addOption(choice('--lock <kind>', 'between pushes: on disk, or in each builder', locks))
    .option('--users <n>', 'users in the fixture', integerIn(limits.users))
    .option('--keys <n>', 'keys per user', integerIn(limits.keysPerUser))
    .option('--apps <n>', 'apps in the fixture', integerIn(limits.apps))
    .option('--races <n>', 'races to hold', integerIn({ ...limits.races, minimum: 1 }))
    .option('--service-time <times>', 'what the controller takes longer: 0.3ms,10ms', durationsMs)
    .option('--pairs <n>', 'pairs of blocks to time at each service time', integerIn(pairs))
    .option('--detect <percent>', 'as many pairs as show such a difference: 10%', share)
    .option('--rate <r>', 'pushes per second while they are timed', rate)
    .addOption(choice('--arrivals <kind>', 'when they come', arrivalKinds))
    .option(
      '--closed <n>',
      'instead: n people, who push again at once',
      integerIn(ClosedLoad.properties.clients),
    )
    .addOption(choice('--client <client>', 'what pushes: ours, or git and ssh', clients))
    .option('--workers <n>', 'threads for the clients', integerIn(limits.workers))
    .addOption(choice('--target <target>', 'processes here, or containers', targets))
    .option('--fail-on-worse', 'exit 4 if an arm is slower than the first beyond the margin')
    .option('--threshold <expression>', "'p(95)<250', or of one arm 'poll:p(95)<250'", threshold)
    .option('--seed <n>', 'same seed, same plan (default: random)', integerIn(limits.seed))
    .option('--out <folder>', 'for the report (default: out/<scenario>-<seed>)')
    .option('--keep-repositories', 'leave what was pushed in the folder of the report')
    .option('--json', 'print run.json, and nothing else, on standard output')
    .addHelpText('after', `${examplesOf('run')}\n${exitCodeTable}`)
    .action(async (scenarios: string[], options: RunOptions) => {
      const seed = options.seed ?? deps.randomSeed()
      const planned = [...new Set(scenarios)].map((name) => {
        const scenario = scenarioNamed(deps, name)
        return { scenario, plan: planOf(scenario, options, seed) }
      })
      end(await runAll(deps, planned, options))
    })
}

function scenarioNamed({ scenarios }: Deps, name: string) {
  const scenario = Object.hasOwn(scenarios, name) ? scenarios[name] : undefined
  if (scenario === undefined) throw unknown('scenario', name, Object.keys(scenarios))
  return scenario
}
