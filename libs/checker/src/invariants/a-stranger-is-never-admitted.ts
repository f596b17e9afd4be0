import type { Attempt, Operation } from '../history.ts'
import { standing } from '../rights.ts'
import { seconds } from '../story.ts'
import { type Invariant, intolerable } from './invariant.ts'

/** No staleness explains this one: a foreign app, a foreign key, a right that came later. */
export const aStrangerIsNeverAdmitted: Invariant = {
  name: 'unauthorised-accept',
  sentence: 'Who has never had the right to an app is not shown its refs and moves none of them.',
  check: ({ attempts, rights, terms }) =>
    attempts.flatMap((attempt) => {
      const allowed = allowedIn(attempt)
      if (allowed === undefined) return []
      if (standing(rights.of(allowed), allowed, terms.claim.revocation) !== 'never') return []
      return [intolerable(allowed, story(allowed), allowed.events)]
    }),
}

function allowedIn({ push, admission }: Attempt): Operation | undefined {
  return [push, admission].find((operation) => operation?.type === 'ok')
}

function story({ f, replica, user, app, inv }: Operation): string {
  const deed = f === 'push' ? 'accepted' : 'admitted'
  return `${replica} ${deed} a push to app ${app} that began at ${seconds(inv)}; ${user} had never had the right to it`
}
