import { type KeyLookup, type Strategy, settle } from '@keyrace/key-lookup'
import { expect } from 'vitest'
import type { Fault } from '../strategy-faults.ts'
import { keyOf, type StrategyRig, withRig } from '../strategy-rig.ts'
import { claimOf, elapse, everyBound } from './bounds.ts'
import { push } from './push.ts'

/** A lookup that failed is never a permission, and one that was closed knows nothing. */
export const failures = {
  'answers unknown, and never allowed, when its first lookups fail': (strategy: Strategy) =>
    failing(strategy, async ({ controller, lookup }, fault) => {
      controller.fault = fault
      await lookup.start()
      await expectUnknown(lookup)
    }),

  'answers unknown, and never allowed, once a failure has outlasted its outage bound': (
    strategy: Strategy,
  ) =>
    failing(strategy, async (rig, fault) => {
      await rig.lookup.start()
      expect(await push(rig.lookup, 'alice')).toMatchObject({ kind: 'allowed' })
      await outlast(rig, strategy, fault)
      await expectUnknown(rig.lookup)
    }),

  'identifies nobody, known or not, once a failure has outlasted its outage bound': (
    strategy: Strategy,
  ) =>
    failing(strategy, async (rig, fault) => {
      await rig.lookup.start()
      expect(await rig.lookup.identify(keyOf('alice'))).toMatchObject({ kind: 'user' })
      await outlast(rig, strategy, fault)
      await expectUnavailable(rig.lookup)
    }),

  'learns nothing from an answer that comes after its deadline': (strategy: Strategy) =>
    withRig(strategy, {}, async ({ controller, lookup, elapse }) => {
      const { timeoutMs = 1_000 } = settle('the strategy', strategy, {})
      controller.answersAfterMs = 1.05 * timeoutMs
      const started = lookup.start()
      expect(await push(lookup, 'alice')).toMatchObject({ kind: 'unknown' })
      await started
      controller.fault = 'silent'
      await elapse(0.1 * timeoutMs)
      await expectUnknown(lookup)
    }),

  'answers again once the controller does': (strategy: Strategy) =>
    withRig(strategy, {}, async (rig) => {
      rig.controller.fault = 'server-error'
      await rig.lookup.start()
      await rig.elapse(10_000)
      rig.controller.fault = 'none'
      await elapse(rig, strategy, everyBound)
      expect(await push(rig.lookup, 'alice')).toMatchObject({ kind: 'allowed' })
    }),

  'answers unknown once it is closed, and asks nobody': (strategy: Strategy) =>
    withRig(strategy, {}, async ({ controller, lookup, elapse }) => {
      await lookup.start()
      expect(await push(lookup, 'alice')).toMatchObject({ kind: 'allowed' })
      await lookup.close()
      const asked = controller.requests.length
      await expectUnknown(lookup)
      await expectUnavailable(lookup)
      await elapse(10_000)
      expect(controller.requests).toHaveLength(asked)
    }),

  'can be closed while it starts, and without having been started': async (strategy: Strategy) => {
    await withRig(strategy, {}, async () => {})
    await withRig(strategy, {}, async ({ lookup }) => {
      const starting = lookup.start()
      await lookup.close()
      await starting
    })
  },
}

const faults: readonly Fault[] = [
  'silent',
  'server-error',
  'wrong-body',
  'wrong-status',
  'no-stamp',
]

async function failing(
  strategy: Strategy,
  use: (rig: StrategyRig, fault: Fault) => Promise<void>,
): Promise<void> {
  for (const fault of faults) await withRig(strategy, {}, (rig) => use(rig, fault))
}

/** The controller fails from now on, and for as long as its failure may go unnoticed. */
async function outlast(rig: StrategyRig, strategy: Strategy, fault: Fault): Promise<void> {
  const { outage } = claimOf(strategy)
  expect(outage.kind, 'an outage without end is an exception of the suite').not.toBe('unbounded')
  rig.controller.fault = fault
  await rig.elapse(outage.kind === 'bounded' ? outage.ms : 0)
}

async function expectUnknown(lookup: KeyLookup): Promise<void> {
  for (const user of ['alice', 'mallory', 'nobody']) {
    expect(await push(lookup, user)).toMatchObject({ kind: 'unknown', reason: expect.any(String) })
  }
}

async function expectUnavailable(lookup: KeyLookup): Promise<void> {
  for (const user of ['alice', 'nobody']) {
    expect(await lookup.identify(keyOf(user))).toMatchObject({ kind: 'unavailable' })
  }
}
