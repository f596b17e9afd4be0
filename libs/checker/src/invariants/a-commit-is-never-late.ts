import { causeOfLag } from '../cause.ts'
import { standing } from '../rights.ts'
import { afterwards, appStory, mutationStory, seconds } from '../story.ts'
import type { Invariant } from './invariant.ts'

/** Without a fence this is the time between admission and commit; with one there is no such time. */
export const aCommitIsNeverLate: Invariant = {
  name: 'late-commit',
  sentence: 'No ref moves after the right to move it has ended.',
  check: ({ attempts, rights, promised, terms, faults }) =>
    attempts.flatMap(({ push, admission = push, commit }) => {
      if (commit?.type !== 'ok') return []
      const lag = standing(rights.of(commit), commit, promised.revocation)
      if (typeof lag === 'string') return []
      const { missed, certainMs, possibleMs } = lag
      const { op, replica, app, inv, events } = commit
      return [
        {
          op,
          replica,
          violation: terms.commitCheck === 'full' || terms.require === 'fenced',
          // Claims are about admissions; a commit has none to go by.
          beyondClaim: false,
          stalenessMs: { certain: certainMs, possible: possibleMs },
          story: `${mutationStory(missed)}; ${replica} moved a branch of ${appStory(missed, app)} at ${seconds(inv)}: ${afterwards(certainMs)}`,
          events: [...missed.events, ...events],
          cause: causeOfLag(admission, lag, faults),
        },
      ]
    }),
}
