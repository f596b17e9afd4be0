import { strategies } from '@keyrace/key-lookup'
import { describe, expect, test } from 'vitest'
import { keyOf, withRig } from '../testing/strategy-rig.ts'

const confirming = Object.entries(strategies).filter(([, { knobs }]) => 'confirmDenials' in knobs)
const web = { app: 'web', user: 'mallory', key: keyOf('mallory') }

describe.each(confirming)('%s with confirmed denials', (_, strategy) => {
  const set = {
    confirmDenials: 1,
    ...('negativeTtlMs' in strategy.knobs && { negativeTtlMs: 500 }),
  }

  test('asks once more about a denial that it remembers, and not about a permission', () =>
    withRig(strategy, { set }, async ({ controller, lookup }) => {
      const alice = { ...web, user: 'alice', key: keyOf('alice') }
      await lookup.start()
      for (const request of [web, alice]) await lookup.authorize(request)
      const asked = controller.requests.length
      const remembered = { kind: 'allowed', source: expect.not.stringMatching('rpc') }
      expect(await lookup.authorize(alice)).toMatchObject(remembered)
      expect(controller.requests).toHaveLength(asked)
      expect(await lookup.authorize(web)).toMatchObject({ kind: 'denied', source: 'rpc' })
      expect(controller.requests.slice(asked)).toEqual(['authorize POST /v2/hooks/authorize'])
    }))

  test('does not know, and neither allows nor denies, where nobody can confirm it', () =>
    withRig(strategy, { set }, async ({ controller, lookup }) => {
      await lookup.start()
      await lookup.authorize(web)
      controller.fault = 'server-error'
      expect(await lookup.authorize(web)).toEqual({ kind: 'unknown', reason: 'server-error' })
      expect(await lookup.identify(keyOf('nobody'))).toMatchObject({ kind: 'unavailable' })
    }))
})
