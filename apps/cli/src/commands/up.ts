import { commitChecks, Plan } from '@keyrace/contracts'
import { strategies } from '@keyrace/key-lookup'
import type { Command } from 'commander'
import type { Deps } from '../deps.ts'
import { examplesOf } from '../help.ts'
import { type PlanOptions, planOf } from '../plan.ts'
import { keepUp } from '../up/keep-up.ts'
import { durationMs, integerIn, setting } from '../values.ts'
import { choice } from './choice.ts'

interface Options
  extends Pick<PlanOptions, 'set' | 'replicas' | 'users' | 'keys' | 'apps' | 'commitCheck'> {
  readonly strategy: string
  readonly serviceTime?: number
  readonly key?: string
  readonly out: string
  readonly keepRepositories?: boolean
}

const limits = Plan.properties

/** `keyrace up` */
export function upCommand(program: Command, deps: Deps, end: (exitCode: number) => void): void {
  program
    .command('up')
    .description('start the system and keep it: push to it with your own git')
    .addOption(
      choice('--strategy <name>', 'how builders look up keys', Object.keys(strategies)).default(
        'fingerprint',
      ),
    )
    .option('--set <name.knob=value>', 'a knob of the strategy; repeatable', setting)
    .addOption(
      choice('--commit-check <kind>', 'what is checked as the ref moves', commitChecks).default(
        'full',
      ),
    )
    .option('--replicas <n>', 'builders', integerIn(limits.replicas))
    .option('--users <n>', 'users beside you', integerIn(limits.users))
    .option('--keys <n>', 'keys per user', integerIn(limits.keysPerUser))
    .option('--apps <n>', 'apps of theirs', integerIn(limits.apps))
    .option('--service-time <time>', 'what the controller takes longer: 10ms', durationMs)
    .option('--key <file>', 'your public key: ~/.ssh/id_ed25519.pub (default: one is made)')
    .option('--out <folder>', 'for the logs', 'out/up')
    .option('--keep-repositories', 'leave what was pushed in that folder')
    .addHelpText('after', `${examplesOf('up')}\n\nCtrl-C ends it, with exit code 0.`)
    .action(async ({ out, key, keepRepositories = false, ...options }: Options) => {
      const plan = standingPlan(deps, options)
      end(await keepUp(deps, plan, { folder: out, key, keepRepositories }))
    })
}

/** As large as a deletion race, and nothing is timed or raced. */
function standingPlan(
  { scenarios, randomSeed }: Deps,
  { strategy, serviceTime = 0, ...options }: Omit<Options, 'out' | 'key' | 'keepRepositories'>,
): Plan {
  const { defaults } = scenarios['deletion-race'] ?? {}
  if (defaults === undefined) throw new Error('there is no deletion race to take the sizes from')
  const said = { ...options, mode: 'real', strategy: [strategy], races: 0, pairs: 0 } as const
  return planOf({ name: 'up', defaults }, { ...said, serviceTime: [serviceTime] }, randomSeed())
}
