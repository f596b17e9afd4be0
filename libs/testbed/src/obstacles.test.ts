import type { Plan } from '@keyrace/contracts'
import type { Strategy } from '@keyrace/key-lookup'
import { expect, test } from 'vitest'
import { obstacleIn } from './obstacles.ts'
import { smallPlan } from './testing/small-plan.ts'

const real = { mode: 'real', users: 100, keysPerUser: 200 } as const
const missing = () => ({ missing: 'there is no etcd: install it' })
const present = () => ({ path: 'etcd' })
const none: Pick<Strategy, 'needs' | 'mostKeys'> = {}
const etcd = { needs: ['etcd'] } as const
const kubernetes = { needs: ['kubernetes'] } as const

test.each<[string, typeof none, Partial<Plan>, RegExp | undefined]>([
  ['who asks the controller', none, { users: 1_000_000 }, undefined],
  ['a copy of as many keys as there are', { mostKeys: 20_000 }, {}, undefined],
  ['a copy of fewer keys', { mostKeys: 19_999 }, {}, /at most 19999 keys.* 20000: take fewer/],
  ['etcd, in virtual time', etcd, { mode: 'sim' }, undefined],
  ['etcd without its binary', etcd, {}, /there is no etcd: install it/],
  ['Kubernetes', kubernetes, {}, undefined],
  ['etcd in containers', etcd, { target: 'compose' }, /needs etcd.*take --target local/],
  ['Kubernetes in containers', kubernetes, { target: 'compose' }, /needs kubernetes/],
])('%s', (_, strategy, changes, obstacle) => {
  const found = obstacleIn(strategy, smallPlan({ ...real, ...changes }), missing)
  if (obstacle === undefined) expect(found).toBeUndefined()
  else expect(found).toMatch(obstacle)
})

test('etcd that is installed is no obstacle', () => {
  expect(obstacleIn(etcd, smallPlan(real), present)).toBeUndefined()
})
