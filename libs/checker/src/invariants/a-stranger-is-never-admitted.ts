import type { Operation } from '../history.ts'
import { standing } from '../rights.ts'
import { keyStory, seconds } from '../story.ts'
import { type Context, type Invariant, intolerable, type Terms } from './invariant.ts'

/** No staleness explains this one: a foreign app, a foreign key, a right that came later. */
export const aStrangerIsNeverAdmitted: Invariant = {
  name: 'unauthorised-accept',
  sentence: 'Who has never had the right to an app is not shown its refs and moves none of them.',
  check: (context) =>
    context.attempts.flatMap(({ push, admission }) => {
      const allowed = [push, admission].find(
        (operation) => operation?.type === 'ok' && isStrange(operation, context),
      )
      return allowed === undefined ? [] : [intolerable(allowed, story(allowed), allowed.events)]
    }),
}

function isStrange(operation: Operation, { rights, terms }: Context): boolean {
  const right = standing(rights.of(operation), operation, terms.claim.revocation)
  return right === 'never' || (right === 'unclaimed' && !isLeftOut(operation, terms))
}

/** What a claim leaves out is for the commit check: where there is one, it stands before the acknowledgement. */
function isLeftOut({ f }: Operation, { require, commitCheck }: Terms): boolean {
  return require === 'claimed' && (f === 'admission' || commitCheck === 'none')
}

function story({ f, replica, user, key, app, inv }: Operation): string {
  const deed = f === 'push' ? 'accepted' : 'let in'
  return `${replica} ${deed} a push to app ${app} that began at ${seconds(inv)}; ${user} with ${keyStory(key)} had never had the right to it`
}
