import {
  type CommitCheck,
  type CommitCheckDeps,
  commitAnswer,
  publishByName,
} from './commit-check.ts'

/** A publish by name before the ref moves, as Deis had it. A release may stay although the ref did not move. */
export function app(deps: CommitCheckDeps): CommitCheck {
  return {
    before: (candidate) => commitAnswer(publishByName(deps, candidate)),
    after: async () => true,
  }
}
