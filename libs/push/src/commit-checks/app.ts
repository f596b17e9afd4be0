import { ControllerUnavailable } from '@keyrace/controller-client'
import { type CommitCheck, type CommitCheckDeps, publishByName } from './commit-check.ts'

/** A publish by name before the ref moves, as Deis had it. A release may stay although the ref did not move. */
export function app(deps: CommitCheckDeps): CommitCheck {
  return {
    async before(candidate) {
      try {
        const answer = await publishByName(deps, candidate)
        const revision = answer.stamp?.revision ?? null
        return answer.ok
          ? { kind: 'allowed', revision }
          : { kind: 'denied', code: answer.code, revision }
      } catch (error) {
        if (error instanceof ControllerUnavailable) return { kind: 'unknown', reason: error.code }
        throw error
      }
    },
    after: async () => true,
  }
}
