import type { Operation } from '../history.ts'
import { standing } from '../rights.ts'
import { keyStory, seconds } from '../story.ts'
import { causeOfStranger } from '../stranger-cause.ts'
import { type Context, type Invariant, intolerable } from './invariant.ts'

/** No staleness explains this one: a foreign app, a foreign key, a right that came later. */
export const aStrangerIsNeverAdmitted: Invariant = {
  name: 'unauthorised-accept',
  sentence: 'Who has never had the right to an app is not shown its refs and moves none of them.',
  check: (context) =>
    context.attempts.flatMap(({ push, admission }) => {
      const allowed = [push, admission].find(
        (operation) => operation?.type === 'ok' && isStrange(operation, context),
      )
      if (allowed === undefined) return []
      const cause = causeOfStranger(allowed, context.rights)
      return [{ ...intolerable(allowed, story(allowed), allowed.events), cause }]
    }),
}

function isStrange(operation: Operation, context: Context): boolean {
  const { rights, promised } = context
  const right = standing(rights.of(operation), operation, promised.revocation)
  return right === 'never' || (right === 'unclaimed' && !isLeftOut(operation, context))
}

/**
 * What a claim leaves out is for the commit check: where there is one, it stands before the acknowledgement. One that
 * goes by names takes the right to the next app of that name for it.
 */
function isLeftOut(operation: Operation, { rights, terms, promised }: Context): boolean {
  const { commitCheck, require } = terms
  if (require !== 'claimed') return false
  if (operation.f === 'admission' || commitCheck === 'none') return true
  if (commitCheck === 'full') return false
  return standing(rights.byName(operation), operation, promised.revocation) === 'possible'
}

function story({ f, replica, user, key, app, inv }: Operation): string {
  const deed = f === 'push' ? 'accepted' : 'let in'
  return `${replica} ${deed} a push to app ${app} that began at ${seconds(inv)}; ${user} with ${keyStory(key)} had never had the right to it`
}
