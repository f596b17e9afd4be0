import type { ControllerClient } from '@keyrace/controller-client'
import { ask } from './ask.ts'
import type { AuthorizationRequest, Decision, KeyLookup } from './key-lookup.ts'
import { decisionsOn } from './rpc-lookup.ts'

/** One call for key, permission and app: `POST hooks/authorize`. */
export function authorizeByRpc(deps: {
  readonly controller: ControllerClient
  readonly timeoutMs: number
}): KeyLookup['authorize'] {
  const { controller, timeoutMs } = deps
  return (request) => ask(decide(request), (reason): Decision => ({ kind: 'unknown', reason }))

  async function decide({ app, user, key }: AuthorizationRequest): Promise<Decision> {
    const answer = await controller.call(
      'authorize',
      { body: { app, user, fingerprint: key.fingerprint } },
      { timeoutMs, purpose: 'authorize' },
    )
    const { allowed, denied } = decisionsOn(answer.stamp)
    return answer.ok ? allowed() : denied(answer.code)
  }
}
