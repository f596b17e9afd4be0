import { readAddress, readDurationMs } from '@keyrace/environment'
import { Command, InvalidArgumentError, Option } from 'commander'
import { readTokens, type Tokens } from './tokens.ts'

export interface Options extends Tokens {
  readonly listen: { readonly host: string; readonly port: number }
  readonly database: string
  /** Milliseconds. */
  readonly serviceTime: number
  readonly logLevel: string
  readonly exitWithParent: boolean
}

const logLevels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']

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
    .addOption(
      new Option('--listen <host:port>', 'where to listen; port 0 takes a free one')
        .default({ host: '127.0.0.1', port: 8000 }, '127.0.0.1:8000')
        .argParser(parseListen),
    )
    .requiredOption(
      '--database <url>',
      'postgres://user:password@host/name, or postgres://user@/name?host=/directory for a socket',
      parseDatabase,
    )
    .addOption(
      new Option('--service-time <duration>', 'added to every answer to a builder: 0.3ms, 10ms')
        .default(0, '0ms')
        .argParser(parseDuration),
    )
    .addOption(
      new Option('--log-level <level>', 'what goes to stderr').choices(logLevels).default('warn'),
    )
    .option('--exit-with-parent', 'end when standard input does', false)
    .addHelpText('after', help)
}

function parseListen(text: string): Options['listen'] {
  const address = readAddress(text)
  if (address === undefined) throw new InvalidArgumentError('Give host and port: 127.0.0.1:8000.')
  return address
}

function parseDatabase(text: string): string {
  if (/^postgres(ql)?:\/\//.test(text)) return text
  throw new InvalidArgumentError('Give a URL: postgres://user@host/name.')
}

/** Milliseconds. */
function parseDuration(text: string): number {
  const ms = readDurationMs(text)
  if (ms === undefined) throw new InvalidArgumentError('Give a duration: 0.3ms, 10ms, 1s.')
  return ms
}
