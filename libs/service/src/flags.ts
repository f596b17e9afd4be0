import {
  type QuirkName,
  type QuirkyPart,
  quirkNames,
  quirksOf,
  ReplicaName,
} from '@keyrace/contracts'
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
  return address('--listen', 'where to listen; port 0 takes a free one', standard)
}

/** Host and port. */
export function address(flag: string, description: string, standard: string): Option {
  const parse = (text: string) => {
    const address = readAddress(text)
    if (address !== undefined) return address
    throw new InvalidArgumentError(`Give host and port: ${standard}.`)
  }
  return new Option(`${flag} <host:port>`, description)
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

/** The URL of an etcd. */
export function etcd(purpose: string): Option {
  return new Option('--etcd <url>', `http://host:port; ${purpose}`).argParser((text) => {
    const url = URL.parse(text)
    if (url?.protocol === 'http:' || url?.protocol === 'https:') return url.origin
    throw new InvalidArgumentError('Give a URL: http://127.0.0.1:2379.')
  })
}

/** A cluster, by its kubeconfig, or by a URL where nobody has to say who they are. */
export function kube(purpose: string): Option {
  return new Option('--kube <kubeconfig or url>', purpose)
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

/** Names of quirks of this part of the system. */
export function quirk(part: QuirkyPart): Option {
  const known = quirksOf(part, quirkNames)
  return new Option('--quirk <name>', `what Deis did here: ${known.join(', ')}; may be repeated`)
    .default([], 'none')
    .argParser((text, earlier: readonly QuirkName[]) => {
      const name = known.find((one) => one === text)
      if (name !== undefined) return [...earlier, name]
      throw new InvalidArgumentError(`There are ${known.join(', ')}.`)
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
