import { ControllerUnavailable } from '@keyrace/controller-client'
import { type CommitCheck, type CommitCheckDeps, publishByName } from './commit-check.ts'

/**
 * The ref moves on the admission alone, as in plain git hosting. The release is recorded afterwards, by
 * name; whether that works does not change the answer.
 */
export function none(deps: CommitCheckDeps): CommitCheck {
  return {
    before: async () => ({ kind: 'allowed', revision: null }),
    after: async () => true,
    async afterwards(candidate) {
      await publishByName(deps, candidate).catch(ignoreOutage)
    },
  }
}

function ignoreOutage(error: unknown): void {
  if (!(error instanceof ControllerUnavailable)) throw error
}
