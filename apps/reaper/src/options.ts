import { ReplicaName } from '@keyrace/contracts'
import { readDurationMs } from '@keyrace/environment'
import { Command, InvalidArgumentError, Option } from 'commander'
import { Check } from 'typebox/value'
import { type SourceName, sources } from './sources.ts'

export interface Options {
  readonly name: string
  /** The controller's origin, and our secret there. */
  readonly controller: string
  readonly token: string
  readonly repositories: string
  readonly source: SourceName
  /** These in milliseconds. */
  readonly interval: number
  readonly grace: number
  readonly timeout: number
  readonly budget: number
  readonly dryRun: boolean
  readonly evidence: string | undefined
  readonly logLevel: string
  readonly exitWithParent: boolean
}

const logLevels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']
const tokenVariable = 'KEYRACE_BUILDER_TOKEN'

const help = `
It removes a repository only where the controller says of its very generation that it is gone. A name that
the controller does not know, an empty answer and a failed one remove nothing. A deletion is final at the
controller, so there is no time of grace by default; give one where a backup may have to be restored.

Environment:
  ${tokenVariable}  the token of the builders whose repositories these are

Example:
  ${tokenVariable}=b reaper --controller http://127.0.0.1:8000 --repositories repositories --dry-run
`

/** Ends the process with 0 after --help, and with 1 and a line where something does not make sense. */
export function parseOptions(
  argv: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): Options {
  const command = createCommand().parse(argv, { from: 'user' })
  const token = environment[tokenVariable]
  if (token === undefined || token === '') {
    return command.error(`error: set ${tokenVariable} to the builders' token at the controller`)
  }
  return { ...command.opts<Omit<Options, 'token'>>(), token }
}

function createCommand(): Command {
  return new Command('reaper')
    .description('Removes the repositories of apps that are gone.')
    .option('--name <name>', 'whose name stands in the evidence', parseName, 'reaper-1')
    .requiredOption('--controller <url>', 'http://host:port', parseOrigin)
    .requiredOption('--repositories <directory>', 'where the repositories and their locks are')
    .addOption(
      new Option(
        '--source <source>',
        'a request for each app on the disk, or one list of all names',
      )
        .choices(Object.keys(sources))
        .default('list'),
    )
    .addOption(durationOption('--interval', 'from the end of a sweep to the next one', '5s', 1))
    .addOption(durationOption('--grace', 'from first seen gone to the removal, at least', '0s', 0))
    .addOption(durationOption('--timeout', 'how long the controller may take', '5s', 1))
    .option('--budget <removals>', 'the most that one sweep removes', parseBudget, 100)
    .option('--dry-run', 'only tell what would be removed', false)
    .option('--evidence <file>', 'append lines of JSON per repository that was removed')
    .addOption(
      new Option('--log-level <level>', 'what goes to stderr').choices(logLevels).default('warn'),
    )
    .option('--exit-with-parent', 'end when standard input does', false)
    .addHelpText('after', help)
}

function parseName(text: string): string {
  if (Check(ReplicaName, text)) return text
  throw new InvalidArgumentError('Use letters, digits, dots, hyphens and underscores, 64 at most.')
}

function parseOrigin(text: string): string {
  const url = URL.parse(text)
  if (url?.protocol === 'http:' || url?.protocol === 'https:') return url.origin
  throw new InvalidArgumentError('Give a URL: http://127.0.0.1:8000.')
}

function parseBudget(text: string): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text)
  throw new InvalidArgumentError('Give a number of repositories, at least 1.')
}

function durationOption(name: string, description: string, standard: string, leastMs: number) {
  const parse = (text: string) => {
    const ms = readDurationMs(text)
    if (ms !== undefined && ms >= leastMs) return ms
    throw new InvalidArgumentError(`Give a duration of at least ${leastMs}ms: 500ms, 10s.`)
  }
  return new Option(`${name} <duration>`, description)
    .default(parse(standard), standard)
    .argParser(parse)
}
