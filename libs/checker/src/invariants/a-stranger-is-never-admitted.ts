import type { Operation } from '../history.ts'
import { standing } from '../rights.ts'
import { keyStory, seconds } from '../story.ts'
import { type Invariant, intolerable } from './invariant.ts'

/** No staleness explains this one: a foreign app, a foreign key, a right that came later. */
export const aStrangerIsNeverAdmitted: Invariant = {
  name: 'unauthorised-accept',
  sentence: 'Who has never had the right to an app is not shown its refs and moves none of them.',
  check: ({ attempts, rights, terms }) =>
    attempts.flatMap(({ push, admission }) => {
      const allowed = [push, admission].find(
        (operation) =>
          operation?.type === 'ok' &&
          standing(rights.of(operation), operation, terms.claim.revocation) === 'never',
      )
      return allowed === undefined ? [] : [intolerable(allowed, story(allowed), allowed.events)]
    }),
}

function story({ f, replica, user, key, app, inv }: Operation): string {
  const deed = f === 'push' ? 'accepted' : 'let in'
  return `${replica} ${deed} a push to app ${app} that began at ${seconds(inv)}; ${user} with ${keyStory(key)} had never had the right to it`
}
