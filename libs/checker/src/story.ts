import type { Operation } from './history.ts'
import type { Lag } from './rights.ts'

/** `app blue-whale was deleted at 3.102 s (acknowledged 3.107 s)` */
export function mutationStory({ inv, cmp, ...mutation }: Operation): string {
  return `${whatHappened(mutation)} at ${seconds(inv)} (acknowledged ${seconds(cmp)})`
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
      return `key ${key} was added by ${user}`
    case 'removeKey':
      return `key ${key} was removed by ${user}`
    default:
      return f
  }
}

/** The app that a mutation took away or gave: `it` where the mutation has just been told of that app. */
export function appStory(mutation: Operation, app: string | null): string {
  return mutation.app === null ? `app ${app}` : 'it'
}

/** `504 ms stale, within 2000 ms` */
export function lagStory({ certainMs, boundMs, beyondClaim }: Lag): string {
  const relation = beyondClaim ? 'beyond' : 'within'
  const bound = boundMs === null ? 'with no bound claimed' : `${relation} ${milliseconds(boundMs)}`
  return `${milliseconds(certainMs)} stale, ${bound}`
}

export function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(3)} s`
}

export function milliseconds(ms: number): string {
  return `${Number(ms.toFixed(1))} ms`
}

/** `blue-whale#2` */
export function repositoryStory(of: {
  readonly app: string | null
  readonly generation: number | null
}): string {
  return `${of.app}#${of.generation}`
}

export function shortSha(sha: string | null): string {
  return sha?.slice(0, 8) ?? 'nothing'
}
