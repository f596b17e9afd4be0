import { checkExactly, type Violation } from '../exact/check.ts'
import { levels, termsOf } from '../exact/terms.ts'
import type { Operation } from '../history.ts'
import type { Rights } from '../rights.ts'
import { covers, touches } from '../spans.ts'
import { seconds } from '../story.ts'
import { type Context, type Invariant, intolerable } from './invariant.ts'

/** Judged where the claim implies it, since nothing may be missed at all, and where that is required. */
export const aReplicaDoesNotGoBack: Invariant = {
  name: 'flip-flop',
  sentence: 'No replica goes back behind a change that it has shown to know.',
  check: (context) => {
    const decisions = new Map(
      context.attempts.map(({ push, admission = push }) => [push.op, admission]),
    )
    return goingBack(context).flatMap(({ op, events }) => {
      const decision = decisions.get(op)
      return decision === undefined ? [] : [intolerable(decision, story(decision), events)]
    })
  },
}

/** What is wrong only because of what the same replica had decided before. */
function goingBack(context: Context): readonly Violation[] {
  const { terms, columns, arm } = context
  const { claim, require } = terms
  const bounds = [claim.revocation, claim.grant].flatMap((each) => Object.values(each))
  if (require === 'claimed' && bounds.some(({ ms }) => ms !== 0)) return []
  if (!hasChangedItsAnswer(context)) return []
  const at = (level: keyof typeof levels) =>
    checkExactly(columns(), { arm, terms: termsOf(levels[level], claim) }).violations
  const all = at('monotonic-per-replica')
  if (all.length === 0) return []
  const stale = new Set(at('bounded').map(({ op }) => op))
  return all.filter(({ kind, op }) => kind !== 'order' && !stale.has(op))
}

/**
 * Has any replica answered differently about one right, the second time while that was changing or after? Only then can
 * it have gone back, and to find out costs more than all other invariants.
 */
function hasChangedItsAnswer({ attempts, rights }: Context): boolean {
  const answers = new Map<string, string>()
  return attempts.some(({ push, admission = push }) => {
    const { type, replica, pusher, app, repository } = admission
    if (type !== 'ok' && type !== 'denied') return false
    const right = `${replica} ${pusher} ${app}`
    const answer = type === 'ok' ? repository : type
    const earlier = answers.get(right)
    answers.set(right, answer)
    return earlier !== undefined && earlier !== answer && !isBeyondDoubt(admission, rights)
  })
}

/** It was right throughout. */
function isBeyondDoubt(decision: Operation, rights: Rights): boolean {
  if (decision.type === 'ok') return covers(rights.of(decision).must, decision)
  return !touches(rights.byName(decision).may, decision)
}

function story({ type, replica, app, inv }: Operation): string {
  const deed = type === 'ok' ? 'let in' : 'denied'
  return `${replica} ${deed} a push to app ${app} that began at ${seconds(inv)}, and had shown before that it knew better`
}
