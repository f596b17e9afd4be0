import type { Stamp } from '@keyrace/contracts'
import type { ControllerClient } from '@keyrace/controller-client'
import type { Clock } from '@keyrace/environment'
import { ask } from './ask.ts'
import type { AuthorizationRequest, Decision, KeyLookup } from './key-lookup.ts'
import { decisionsOn } from './rpc-lookup.ts'

/** One call for key, permission and app: `POST hooks/authorize`. */
export function authorizeByRpc(deps: {
  readonly clock: Clock
  readonly controller: ControllerClient
  readonly timeoutMs: number
  /** Told what is allowed. */
  readonly onAllowed?: (right: Right, stamp: Stamp, askedAt: number) => void
}): KeyLookup['authorize'] {
  const { clock, controller, timeoutMs, onAllowed } = deps
  return (request) => ask(decide(request), (reason): Decision => ({ kind: 'unknown', reason }))

  async function decide({ app, user, key }: AuthorizationRequest): Promise<Decision> {
    const right = { app, user, fingerprint: key.fingerprint }
    const askedAt = clock.now()
    const answer = await controller.call(
      'authorize',
      { body: right },
      { timeoutMs, purpose: 'authorize' },
    )
    const { allowed, denied } = decisionsOn(answer.stamp)
    if (!answer.ok) return denied(answer.code)
    if (answer.stamp !== undefined) onAllowed?.(right, answer.stamp, askedAt)
    return allowed()
  }
}

interface Right {
  readonly app: string
  readonly user: string
  readonly fingerprint: string
}
