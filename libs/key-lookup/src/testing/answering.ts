import type { ControllerClient } from '@keyrace/controller-client'
import type { StrategyDeps } from '../strategy.ts'

/** What a strategy gets beside a controller that answers everything with the same. */
export function answering(body: unknown): StrategyDeps {
  const stamp = { epoch: 'epoch-1', revision: 1, generation: 1 }
  const controller = { call: async () => ({ ok: true, body, stamp }) } as unknown
  return { controller: controller as ControllerClient } as StrategyDeps
}
