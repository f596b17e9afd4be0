import type { QuirkName } from '@keyrace/contracts'
import { flags, type ServiceOptions } from '@keyrace/service'
import { Command, InvalidArgumentError } from 'commander'
import { readTokens, type Tokens } from './tokens.ts'

export interface Options extends Tokens, ServiceOptions {
  readonly listen: { readonly host: string; readonly port: number }
  readonly database: string
  /** Milliseconds. */
  readonly serviceTime: number
  readonly quirk: readonly QuirkName[]
  /** How many changes a reader of the feed may be behind. */
  readonly feedRetention: number
  /** Milliseconds: how long a revocation may have to wait for a builder that has a lease. */
  readonly leaseTerm: number
  /** What keys are mirrored to, and apps. */
  readonly etcd: string | undefined
  readonly kube: string | undefined
}

const help = `
Environment:
  KEYRACE_OPERATOR_TOKEN  the token of the platform's operator
  KEYRACE_BUILDER_TOKENS  one token per arm of builders: arm=secret,other-arm=secret2

Example:
  KEYRACE_OPERATOR_TOKEN=o KEYRACE_BUILDER_TOKENS=poll=b \\
    controller --listen 127.0.0.1:8000 --database postgres://postgres@localhost/keyrace
`

/** Ends the process with 0 after --help, and with 1 and a line where something does not make sense. */
export function parseOptions(
  argv: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): Options {
  const command = createCommand().parse(argv, { from: 'user' })
  const tokens = readTokens(environment, (message) => command.error(`error: ${message}`))
  return { ...command.opts<Omit<Options, keyof Tokens>>(), ...tokens }
}

function createCommand(): Command {
  return new Command('controller')
    .description('The REST API of users, keys and apps, and sole owner of the database.')
    .addOption(flags.listen('127.0.0.1:8000'))
    .requiredOption(
      '--database <url>',
      'postgres://user:password@host/name, or postgres://user@/name?host=/directory for a socket',
      parseDatabase,
    )
    .addOption(
      flags.duration('--service-time', 'added to every answer to a builder: 0.3ms, 10ms', '0ms', {
        examples: '0.3ms, 10ms, 1s',
      }),
    )
    .option(
      '--feed-retention <changes>',
      'how far back the feed of changes reaches; who is further behind takes a snapshot',
      parseCount,
      100_000,
    )
    .addOption(
      flags.duration(
        '--lease-term',
        'the longest lease of a builder: as long may a revocation wait for one that says nothing',
        '2s',
        { leastMs: 1 },
      ),
    )
    .addOption(flags.etcd('keys and apps are kept there as well'))
    .addOption(flags.kube('each app has a namespace there'))
    .addOption(flags.quirk('controller'))
    .addOption(flags.logLevel())
    .addOption(flags.exitWithParent())
    .addHelpText('after', help)
}

function parseCount(text: string): number {
  if (/^\d{1,15}$/.test(text)) return Number(text)
  throw new InvalidArgumentError('Give a whole number, 0 or more.')
}

function parseDatabase(text: string): string {
  if (/^postgres(ql)?:\/\//.test(text)) return text
  throw new InvalidArgumentError('Give a URL: postgres://user@host/name.')
}
