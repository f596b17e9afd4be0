import { ControllerUnavailable } from '@keyrace/controller-client'
import { sleep } from '@keyrace/environment'
import type { Candidate, CommitCheck, CommitCheckDeps } from './commit-check.ts'

const settleAttempts = 3
const pauseBetweenAttemptsMs = 200

/**
 * The fenced publish: its transaction is the commit point. It checks generation, key and permission
 * under row locks and leaves a pending release, which goes live after the ref moved.
 */
export function full(deps: CommitCheckDeps): CommitCheck {
  const { clock, controller, replica, timeoutMs } = deps
  return {
    async before({ pushId, app, generation, user, fingerprint, updates }) {
      try {
        const answer = await controller.call(
          'publish',
          {
            body: {
              pushId,
              builder: replica,
              app,
              generation,
              user,
              fingerprint,
              refs: [...updates],
            },
          },
          { timeoutMs, purpose: 'publish' },
        )
        const revision = answer.stamp?.revision ?? null
        return answer.ok
          ? { kind: 'allowed', revision }
          : { kind: 'denied', code: answer.code, revision }
      } catch (error) {
        if (error instanceof ControllerUnavailable) return { kind: 'unknown', reason: error.code }
        throw error
      }
    },
    after: (candidate, moved) => settle(candidate, moved ? 'live' : 'abandoned'),
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
