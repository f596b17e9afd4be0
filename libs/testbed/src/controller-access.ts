import {
  type ControllerClient,
  type Credentials,
  createControllerClient,
} from '@keyrace/controller-client'
import type { Transport } from '@keyrace/environment'
import { encodeImport } from './import-stream.ts'
import type { World } from './world.ts'

const usageTimeoutMs = 10_000
const loadTimeoutMs = 300_000

/** What a world lets a scenario do at its controller, whatever way leads there. */
export function createControllerAccess(deps: {
  readonly transport: Transport
  readonly operatorToken: string
}): Pick<World, 'operator' | 'asUser' | 'load' | 'usage' | 'revocationWaits'> {
  const clientOf = (credentials: Credentials): ControllerClient =>
    createControllerClient({ transport: deps.transport, credentials })
  const operator = clientOf({ operator: deps.operatorToken })
  return {
    operator,
    asUser: (user) => clientOf({ user }),
    async load(lines) {
      const body = encodeImport(lines)
      const answer = await operator.call('importBatch', { body }, { timeoutMs: loadTimeoutMs })
      if (!answer.ok) throw new Error(`the fixture was refused: ${answer.detail}`)
      return { revision: answer.body.revision }
    },
    async usage() {
      const answer = await operator.call('usage', {}, { timeoutMs: usageTimeoutMs })
      if (!answer.ok) throw new Error('the controller does not tell its usage')
      return answer.body.builders
    },
    async revocationWaits() {
      const answer = await operator.call('revocationWaits', {}, { timeoutMs: usageTimeoutMs })
      if (!answer.ok) throw new Error('the controller does not tell its waits')
      return answer.body.arms
    },
  }
}
