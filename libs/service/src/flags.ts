import { ReplicaName } from '@keyrace/contracts'
import { readAddress, readDurationMs } from '@keyrace/environment'
import { InvalidArgumentError, Option } from 'commander'
import { Check } from 'typebox/value'

/** What `logLevel` and `exitWithParent` set, of every service. */
export interface ServiceOptions {
  readonly logLevel: string
  readonly exitWithParent: boolean
}

export function logLevel(): Option {
  return new Option('--log-level <level>', 'what goes to stderr')
    .choices(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'])
    .default('warn')
}

export function exitWithParent(): Option {
  return new Option('--exit-with-parent', 'end when standard input does').default(false)
}

/** Host and port. */
export function listen(standard: string): Option {
  const parse = (text: string) => {
    const address = readAddress(text)
    if (address !== undefined) return address
    throw new InvalidArgumentError(`Give host and port: ${standard}.`)
  }
  return new Option('--listen <host:port>', 'where to listen; port 0 takes a free one')
    .default(parse(standard), standard)
    .argParser(parse)
}

/** The origin of the controller, which has to be given. */
export function controller(): Option {
  return new Option('--controller <url>', 'http://host:port')
    .makeOptionMandatory()
    .argParser((text) => {
      const url = URL.parse(text)
      if (url?.protocol === 'http:' || url?.protocol === 'https:') return url.origin
      throw new InvalidArgumentError('Give a URL: http://127.0.0.1:8000.')
    })
}

/** A name that may stand in evidence and histories. */
export function replicaName(flag: string, description: string, standard: string): Option {
  return new Option(`${flag} <name>`, description).default(standard).argParser((text) => {
    if (Check(ReplicaName, text)) return text
    throw new InvalidArgumentError(
      'Use letters, digits, dots, hyphens and underscores, 64 at most.',
    )
  })
}

/** Milliseconds. */
export function duration(
  flag: string,
  description: string,
  standard: string,
  { leastMs, examples = '500ms, 10s' }: { leastMs?: number; examples?: string } = {},
): Option {
  const wanted = leastMs === undefined ? 'a duration' : `a duration of at least ${leastMs}ms`
  const parse = (text: string) => {
    const ms = readDurationMs(text)
    if (ms !== undefined && ms >= (leastMs ?? 0)) return ms
    throw new InvalidArgumentError(`Give ${wanted}: ${examples}.`)
  }
  return new Option(`${flag} <duration>`, description)
    .default(parse(standard), standard)
    .argParser(parse)
}
