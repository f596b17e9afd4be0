import { type CommitCheck, commitChecks, type Knobs, ReplicaName } from '@keyrace/contracts'
import { readAddress, readDurationMs } from '@keyrace/environment'
import { isStrategyName, type Strategy, settle, strategies } from '@keyrace/key-lookup'
import { Command, InvalidArgumentError, Option } from 'commander'
import { closest } from 'fastest-levenshtein'
import { Check } from 'typebox/value'

export interface Options {
  readonly listen: { readonly host: string; readonly port: number }
  readonly replica: string
  /** The controller's origin, and our secret there. */
  readonly controller: string
  readonly token: string
  /** Files with private keys. */
  readonly hostKey: readonly string[]
  readonly repositories: string
  readonly strategy: Strategy
  readonly knobs: Knobs
  readonly commitCheck: CommitCheck
  readonly evidence: string | undefined
  readonly removalEvidence: string | undefined
  /** These in milliseconds. */
  readonly lockTimeout: number
  readonly gitTimeout: number
  readonly drainTimeout: number
  readonly logLevel: string
  readonly exitWithParent: boolean
}

const logLevels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']
const tokenVariable = 'KEYRACE_BUILDER_TOKEN'

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
  const token = environment[tokenVariable]
  if (token === undefined || token === '') {
    return command.error(`error: set ${tokenVariable} to this builder's token at the controller`)
  }
  const strategy: Strategy = strategies[given.strategy]
  return { ...given, token, strategy, knobs: knobsOf(command, given) }
}

interface Given extends Omit<Options, 'strategy' | 'knobs' | 'token'> {
  readonly strategy: keyof typeof strategies
  readonly set: Knobs
}

function createCommand(): Command {
  return new Command('builder')
    .description('Receives git pushes over SSH, for those whose key may push to the app.')
    .addOption(
      new Option('--listen <host:port>', 'where to listen; port 0 takes a free one')
        .default({ host: '127.0.0.1', port: 2222 }, '127.0.0.1:2222')
        .argParser(parseListen),
    )
    .option('--replica <name>', 'the stable name of this builder', parseReplica, 'builder-1')
    .requiredOption('--controller <url>', 'http://host:port', parseOrigin)
    .requiredOption(
      '--host-key <file>',
      'a private key, the same for all replicas; may be repeated',
      (file: string, earlier: readonly string[] = []) => [...earlier, file],
    )
    .requiredOption('--repositories <directory>', 'where the repositories and their locks are')
    .option('--strategy <name>', 'how keys are looked up', parseStrategy, 'fingerprint')
    .option('--set <knob=value>', 'a knob of the strategy; may be repeated', parseKnob, {})
    .addOption(
      new Option('--commit-check <check>', 'what is asked before a ref moves')
        .choices(commitChecks)
        .default('full'),
    )
    .option('--evidence <file>', 'append one line of JSON per push')
    .option('--removal-evidence <file>', 'append lines of JSON per repository that was removed')
    .addOption(durationOption('--lock-timeout', 'how long a push waits for another one', '10s'))
    .addOption(durationOption('--git-timeout', 'how long the git of one push may take', '600s'))
    .addOption(durationOption('--drain-timeout', 'how long pushes may go on at the end', '10s'))
    .addOption(
      new Option('--log-level <level>', 'what goes to stderr').choices(logLevels).default('warn'),
    )
    .option('--exit-with-parent', 'end when standard input does', false)
    .addHelpText('after', help)
}

function parseListen(text: string): Options['listen'] {
  const address = readAddress(text)
  if (address === undefined) throw new InvalidArgumentError('Give host and port: 127.0.0.1:2222.')
  return address
}

function parseReplica(text: string): string {
  if (Check(ReplicaName, text)) return text
  throw new InvalidArgumentError('Use letters, digits, dots, hyphens and underscores, 64 at most.')
}

function parseOrigin(text: string): string {
  const url = URL.parse(text)
  if (url?.protocol === 'http:' || url?.protocol === 'https:') return url.origin
  throw new InvalidArgumentError('Give a URL: http://127.0.0.1:8000.')
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

function durationOption(name: string, description: string, standard: string): Option {
  return new Option(`${name} <duration>`, description)
    .default(parseDuration(standard), standard)
    .argParser(parseDuration)
}

/** Milliseconds. */
function parseDuration(text: string): number {
  const ms = readDurationMs(text)
  if (ms === undefined) throw new InvalidArgumentError('Give a duration: 500ms, 10s.')
  return ms
}
