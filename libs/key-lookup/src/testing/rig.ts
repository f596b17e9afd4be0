import type { Knobs } from '@keyrace/contracts'
import { createControllerClient } from '@keyrace/controller-client'
import { sleep } from '@keyrace/environment'
import { createNetwork, createSimulatedTransport, simulate } from '@keyrace/simulation'
import { expect } from 'vitest'
import type { KeyLookup, OfferedKey } from '../key-lookup.ts'
import { type Strategy, settle } from '../strategy.ts'
import { createFakeController, type FakeController } from './fake-controller.ts'

/** One lookup beside a controller that already knows some people, in virtual time. */
export interface Rig {
  readonly controller: FakeController
  /** Not started yet. */
  readonly lookup: KeyLookup
  elapse(ms: number): Promise<void>
  now(): number
}

export interface RigOptions {
  readonly set?: Knobs
  readonly seed?: number
}

/**
 * The controller knows alice, who owns `web`, bob, who owns `shop` and may use `web`, and root, an
 * administrator; each has one key. Closes the lookup in the end, and checks that nothing of it goes on.
 */
export async function withRig(
  strategy: Strategy,
  { set = {}, seed = 1 }: RigOptions,
  use: (rig: Rig) => Promise<void>,
): Promise<void> {
  await simulate(seed, async ({ clock, kernel, random }) => {
    const controller = createPopulatedController()
    const network = createNetwork({ kernel, random, latencyMs: { from: 0.2, to: 5 } })
    const { answer } = controller
    const transport = createSimulatedTransport({
      network,
      from: 'builder',
      to: 'controller',
      answer,
    })
    const client = createControllerClient({ transport, credentials: { builder: 'secret' } })
    const lookup = strategy.create(
      { clock, controller: client },
      settle('the strategy', strategy, set),
    )
    await use({ controller, lookup, now: clock.now, elapse: (ms) => sleep(clock, ms) })
    await lookup.close()
    expect(kernel.pending()).toBe(0)
  })
}

function createPopulatedController(): FakeController {
  const controller = createFakeController()
  controller.addUser('root', { isAdministrator: true })
  for (const user of ['alice', 'bob', 'mallory']) controller.addUser(user)
  for (const user of ['root', 'alice', 'bob', 'mallory']) controller.addKey(user, keyOf(user))
  controller.createApp('web', 'alice')
  controller.createApp('shop', 'bob')
  controller.grant('web', 'bob')
  return controller
}

/** The key that belongs to a user, or a second one of theirs. */
export function keyOf(user: string, which = 'first'): OfferedKey {
  const name = `${user}/${which}/`
  return { fingerprint: `SHA256:${name.padEnd(43, 'A')}`, blob: btoa(name) }
}
