import { ControllerUnavailable } from '@keyrace/controller-client'
import { type CommitCheck, type CommitCheckDeps, publishByName } from './commit-check.ts'

/**
 * The ref moves on the admission alone, as in plain git hosting. The release is recorded afterwards, by
 * name; whether that works does not change the answer.
 */
export function none(deps: CommitCheckDeps): CommitCheck {
  return {
    before: async () => ({ kind: 'allowed', revision: null }),
    async after(candidate, moved) {
      if (moved) await publishByName(deps, candidate).catch(ignoreOutage)
      return true
    },
  }
}

function ignoreOutage(error: unknown): void {
  if (!(error instanceof ControllerUnavailable)) throw error
}
