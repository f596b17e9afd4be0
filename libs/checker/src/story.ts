import { zeroSha } from '@keyrace/contracts'
import type { Operation } from './history.ts'
import type { Lag } from './rights.ts'

/** `app blue-whale was deleted at 3.102 s (acknowledged at 3.107 s)` */
export function mutationStory({ inv, cmp, ...mutation }: Operation): string {
  return `${whatHappened(mutation)} at ${seconds(inv)} (acknowledged at ${seconds(cmp)})`
}

function whatHappened({
  f,
  app,
  user,
  key,
}: Pick<Operation, 'f' | 'app' | 'user' | 'key'>): string {
  switch (f) {
    case 'createApp':
      return `app ${app} was created`
    case 'deleteApp':
      return `app ${app} was deleted`
    case 'transferApp':
      return `app ${app} was given to ${user}`
    case 'grant':
      return `${user} was given permission on app ${app}`
    case 'revokeGrant':
      return `${user} lost permission on app ${app}`
    case 'addKey':
      return `${user} added ${keyStory(key)}`
    case 'removeKey':
      return `${user} removed ${keyStory(key)}`
    default:
      return f
  }
}

/** The app that a mutation took away or gave: `it` where the mutation has just been told of that app. */
export function appStory(mutation: Operation, app: string | null): string {
  return mutation.app === null ? `app ${app}` : 'it'
}

/** `504 ms after the acknowledgement, within the claimed 2 s` */
export function lagStory({ certainMs, boundMs, beyondClaim }: Lag): string {
  const relation = beyondClaim ? 'beyond' : 'within'
  const bound =
    boundMs === null ? 'no bound is claimed' : `${relation} the claimed ${duration(boundMs)}`
  return `${afterwards(certainMs)}, ${bound}`
}

export function afterwards(ms: number): string {
  return `${duration(ms)} after the acknowledgement`
}

export function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(3)} s`
}

/** `50.3 ms`, `1.24 s`, `2 s`: a length of time that a person is to compare, not to look up. */
export function duration(ms: number): string {
  return ms < 1_000 ? `${Number(ms.toPrecision(3))} ms` : `${Number((ms / 1_000).toFixed(2))} s`
}

/** `app blue-whale (generation 2)` */
export function repositoryStory(of: {
  readonly app: string | null
  readonly generation: number | null
}): string {
  return `app ${of.app} (generation ${of.generation})`
}

export function commitStory(sha: string | null): string {
  return sha === null || sha === zeroSha ? 'nothing' : `commit ${sha.slice(0, 8)}`
}

/** As much of a fingerprint as tells keys apart. */
export function keyStory(key: string | null): string {
  const [, start, rest = ''] = /^(.{0,15})(.*)$/.exec(key ?? '') ?? []
  return `key ${start}${rest === '' ? '' : '…'}`
}
