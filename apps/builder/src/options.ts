import {
  type CommitCheck,
  commitChecks,
  type Knobs,
  type LockName,
  locks,
  type QuirkName,
} from '@keyrace/contracts'
import type { InboxAddress } from '@keyrace/environment/real'
import { isStrategyName, type Strategy, settle, strategies } from '@keyrace/key-lookup'
import { flags, readBuilderToken, type ServiceOptions, tokenVariable } from '@keyrace/service'
import { Command, InvalidArgumentError, Option } from 'commander'
import { closest } from 'fastest-levenshtein'

export interface Options extends ServiceOptions {
  readonly listen: { readonly host: string; readonly port: number }
  /** Where the controller calls us, where the strategy wants that. */
  readonly inbox: InboxAddress
  readonly replica: string
  /** The controller's origin, and our secret there. */
  readonly controller: string
  readonly token: string
  /** Files with private keys. */
  readonly hostKey: readonly string[]
  readonly repositories: string
  /** A folder of this builder alone. */
  readonly state: string | undefined
  readonly strategy: Strategy
  readonly knobs: Knobs
  /** For strategies that need them. */
  readonly etcd: string | undefined
  readonly kube: string | undefined
  readonly commitCheck: CommitCheck
  readonly lock: LockName
  readonly ownRepositories: boolean
  readonly quirk: readonly QuirkName[]
  readonly evidence: string | undefined
  readonly removalEvidence: string | undefined
  /** These in milliseconds. */
  readonly lockTimeout: number
  readonly gitTimeout: number
  readonly drainTimeout: number
}

const help = `
Environment:
  ${tokenVariable}  the token of this builder's arm at the controller

Example:
  ssh-keygen -q -t ed25519 -N '' -f host-key
  ${tokenVariable}=b builder --controller http://127.0.0.1:8000 --host-key host-key --repositories repositories
  git push ssh://git@127.0.0.1:2222/myapp.git main
`

/** Ends the process with 0 after --help, and with 1 and a line where something does not make sense. */
export function parseOptions(
  argv: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): Options {
  const command = createCommand().parse(argv, { from: 'user' })
  const given = command.opts<Given>()
  const token = readBuilderToken(command, environment, "this builder's")
  const strategy: Strategy = strategies[given.strategy]
  requireNeighbours(command, given, strategy)
  return { ...given, token, strategy, knobs: knobsOf(command, given) }
}

interface Given extends Omit<Options, 'strategy' | 'knobs' | 'token'> {
  readonly strategy: keyof typeof strategies
  readonly set: Knobs
}

function createCommand(): Command {
  return new Command('builder')
    .description('Receives git pushes over SSH, for those whose key may push to the app.')
    .addOption(flags.listen('127.0.0.1:2222'))
    .addOption(
      flags.address(
        '--inbox',
        'where the controller calls this builder, under that name, if the strategy wants it',
        '127.0.0.1:0',
      ),
    )
    .addOption(flags.replicaName('--replica', 'the stable name of this builder', 'builder-1'))
    .addOption(flags.controller())
    .requiredOption(
      '--host-key <file>',
      'a private key, the same for all replicas; may be repeated',
      (file: string, earlier: readonly string[] = []) => [...earlier, file],
    )
    .requiredOption('--repositories <directory>', 'where the repositories and their locks are')
    .option(
      '--state <directory>',
      'what the strategy keeps on disk; by default among the repositories',
    )
    .option('--strategy <name>', 'how keys are looked up', parseStrategy, 'fingerprint')
    .addOption(flags.etcd('for a strategy that reads keys there'))
    .addOption(flags.kube('for a strategy that reads apps there'))
    .option('--set <knob=value>', 'a knob of the strategy; may be repeated', parseKnob, {})
    .addOption(
      new Option('--commit-check <check>', 'what is asked before a ref moves')
        .choices(commitChecks)
        .default('full'),
    )
    .addOption(
      new Option('--lock <kind>', 'among the repositories, or in the memory of this builder')
        .choices(locks)
        .default('file'),
    )
    .option(
      '--own-repositories',
      'no other builder has these: under --commit-check full a push goes on from the last release',
      false,
    )
    .addOption(flags.quirk('builder'))
    .option('--evidence <file>', 'append one line of JSON per push')
    .option('--removal-evidence <file>', 'append lines of JSON per repository that was removed')
    .addOption(flags.duration('--lock-timeout', 'how long a push waits for another one', '10s'))
    .addOption(flags.duration('--git-timeout', 'how long the git of one push may take', '600s'))
    .addOption(flags.duration('--drain-timeout', 'how long pushes may go on at the end', '10s'))
    .addOption(flags.logLevel())
    .addOption(flags.exitWithParent())
    .addHelpText('after', help)
}

function requireNeighbours(command: Command, given: Given, { needs = [] }: Strategy): void {
  const flagOf = { etcd: 'etcd', kubernetes: 'kube' } as const
  const missing = needs.map((need) => flagOf[need]).find((flag) => given[flag] === undefined)
  if (missing !== undefined) command.error(`error: ${given.strategy} needs --${missing}`)
}

function parseStrategy(text: string): string {
  if (isStrategyName(text)) return text
  throw new InvalidArgumentError(didYouMean(text, Object.keys(strategies)))
}

function parseKnob(text: string, earlier: Knobs): Knobs {
  const { knob, value } = /^(?<knob>\w+)=(?<value>\d+(\.\d+)?)$/.exec(text)?.groups ?? {}
  if (knob === undefined) throw new InvalidArgumentError('Give a number: timeoutMs=500.')
  return { ...earlier, [knob]: Number(value) }
}

function knobsOf(command: Command, { strategy, set }: Given): Knobs {
  const known = Object.keys(strategies[strategy].knobs)
  const unknown = Object.keys(set).find((knob) => !known.includes(knob))
  if (unknown !== undefined) {
    return command.error(
      `error: ${strategy} has no knob '${unknown}'. ${didYouMean(unknown, known)}`,
    )
  }
  try {
    return settle(strategy, strategies[strategy], set)
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    return command.error(`error: ${error.message}`)
  }
}

function didYouMean(text: string, known: readonly string[]): string {
  return `Did you mean '${closest(text, [...known])}'? There are ${known.join(', ')}.`
}
