import type { QuirkName } from '@keyrace/contracts'
import { flags, readBuilderToken, type ServiceOptions, tokenVariable } from '@keyrace/service'
import { Command, InvalidArgumentError, Option } from 'commander'
import { type SourceName, sources } from './sources.ts'

export interface Options extends ServiceOptions {
  readonly name: string
  /** The controller's origin, and our secret there. */
  readonly controller: string
  readonly token: string
  readonly repositories: string
  readonly source: SourceName
  /** For the source of that name. */
  readonly kube: string | undefined
  /** These in milliseconds. */
  readonly interval: number
  readonly grace: number
  readonly timeout: number
  readonly budget: number
  readonly dryRun: boolean
  readonly quirk: readonly QuirkName[]
  readonly evidence: string | undefined
}

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
  const token = readBuilderToken(command, environment, "the builders'")
  const given = command.opts<Omit<Options, 'token'>>()
  if (given.source === 'kubernetes' && given.kube === undefined) {
    command.error('error: the source kubernetes needs --kube')
  }
  return { ...given, token }
}

function createCommand(): Command {
  return new Command('reaper')
    .description('Removes the repositories of apps that are gone.')
    .addOption(flags.replicaName('--name', 'whose name stands in the evidence', 'reaper-1'))
    .addOption(flags.controller())
    .requiredOption('--repositories <directory>', 'where the repositories and their locks are')
    .addOption(
      new Option(
        '--source <source>',
        'a request for each app on the disk, one list of all names, or one list of namespaces',
      )
        .choices(Object.keys(sources))
        .default('list'),
    )
    .addOption(flags.kube('for the source kubernetes'))
    .addOption(
      flags.duration('--interval', 'from the end of a sweep to the next one', '5s', { leastMs: 1 }),
    )
    .addOption(
      flags.duration('--grace', 'from first seen gone to the removal, at least', '0s', {
        leastMs: 0,
      }),
    )
    .addOption(
      flags.duration('--timeout', 'how long the controller may take', '5s', { leastMs: 1 }),
    )
    .option('--budget <removals>', 'the most that one sweep removes', parseBudget, 100)
    .option('--dry-run', 'only tell what would be removed', false)
    .option('--evidence <file>', 'append lines of JSON per repository that was removed')
    .addOption(flags.quirk('reaper'))
    .addOption(flags.logLevel())
    .addOption(flags.exitWithParent())
    .addHelpText('after', help)
}

function parseBudget(text: string): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text)
  throw new InvalidArgumentError('Give a number of repositories, at least 1.')
}
