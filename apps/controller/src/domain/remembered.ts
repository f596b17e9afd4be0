import type { Endpoints, Input, Invalidation } from '@keyrace/contracts'
import { isRefusal, type Outcome } from './outcome.ts'

/** What would make an answer wrong; undefined where nobody may remember it, as with refusals. */
type Subjects = readonly Invalidation[] | undefined

export function subjectsOfOwner(
  { fingerprint }: Input<Endpoints['keyOwner']>['params'],
  answer: Outcome<'keyOwner'>,
): Subjects {
  if (!('body' in answer) || answer.body === null) return undefined
  // What takes a key away names it by SHA256: who remembers it under its other name would not notice.
  if (!fingerprint.startsWith('SHA256:')) return undefined
  return [
    { kind: 'key', fingerprint },
    { kind: 'user', user: answer.body.username },
  ]
}

export function subjectsOfRight(
  { app, user, fingerprint }: Input<Endpoints['authorize']>['body'],
  answer: Outcome<'authorize'>,
): Subjects {
  if (isRefusal(answer)) return undefined
  return [
    { kind: 'key', fingerprint },
    { kind: 'app', app },
    { kind: 'grant', app, user },
    { kind: 'user', user },
  ]
}
