import { ControllerUnavailable } from '@keyrace/controller-client'
import { sleep } from '@keyrace/environment'
import {
  type Candidate,
  type CommitCheck,
  type CommitCheckDeps,
  commitAnswer,
} from './commit-check.ts'

const settleAttempts = 3
const pauseBetweenAttemptsMs = 200

/**
 * The fenced publish: its transaction is the commit point. It checks generation, key and permission
 * under row locks and leaves a pending release, which goes live after the ref moved.
 */
export function full(deps: CommitCheckDeps): CommitCheck {
  const { clock, controller, replica, timeoutMs, ownRepositories } = deps
  return {
    before: (candidate) => commitAnswer(publish(candidate)),
    after: (candidate, moved) => settle(candidate, moved ? 'live' : 'abandoned'),
  }

  function publish({ pushId, app, generation, user, fingerprint, updates }: Candidate) {
    const refs = [...updates]
    const body = { pushId, builder: replica, app, generation, user, fingerprint, refs }
    return controller.call(
      'publish',
      { body: ownRepositories ? { ...body, continuesReleases: true } : body },
      { timeoutMs, purpose: 'publish' },
    )
  }

  // Settling is idempotent, so it may be repeated when the answer was lost.
  async function settle({ pushId }: Candidate, state: 'live' | 'abandoned'): Promise<boolean> {
    for (let attempt = 1; attempt <= settleAttempts; attempt++) {
      try {
        const answer = await controller.call(
          'settleRelease',
          { params: { pushId }, body: { state } },
          { timeoutMs, purpose: 'publish' },
        )
        return answer.ok || (state === 'abandoned' && answer.code === 'release-not-found')
      } catch (error) {
        if (!(error instanceof ControllerUnavailable)) throw error
        if (attempt < settleAttempts) await sleep(clock, pauseBetweenAttemptsMs)
      }
    }
    return false
  }
}
