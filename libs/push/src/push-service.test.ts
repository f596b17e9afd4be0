import type { CommitCheck } from '@keyrace/contracts'
import { sleep } from '@keyrace/environment'
import type { Decision, DenialCode } from '@keyrace/key-lookup'
import { describe, expect, test } from 'vitest'
import { createPushService } from './push-service.ts'
import type { PushChannel, Repositories } from './repositories.ts'
import { createFakeClient } from './testing/fake-client.ts'
import { alice, allowed, receiveOne, update } from './testing/fakes.ts'
import { createSmallWorld } from './testing/small-world.ts'

const release = { pushId: 'push-1', app: 'myapp', generation: 3, refs: [update] }
const silent: PushChannel = { refuse() {}, finish() {} }
const request = { command: "git-receive-pack 'myapp.git'", identity: alice, connection: 'c' }

describe('releases that may have been left pending are looked for', () => {
  test('when the service starts, and from time to time', async () => {
    const { service, world, looks } = setUp('full')
    service.start()
    for (let steps = 0; steps < 10; steps++) await world.step(0)
    expect(looks()).toBeGreaterThan(2)
    await world.finish(service.close())
    const before = looks()
    expect(await world.step(0)).toBe(false)
    expect(looks()).toBe(before)
  })

  test.each<[string, CommitCheck, boolean]>([
    ['after a publish that was not answered', 'full', true],
    ['never where no commit check leaves any', 'app', false],
  ])('%s', async (_, commitCheck, isLookedFor) => {
    const { service, world, looks, settled } = setUp(commitCheck)
    const { outcome } = await world.finish(service.push({ ...request, channel: silent, exec: 1 }))
    expect(outcome).toBe('unavailable')
    await world.finish(service.ended())
    while (await world.step(0));
    expect(looks()).toBe(isLookedFor ? 1 : 0)
    expect(settled()).toEqual(isLookedFor ? ['abandoned'] : [])
  })
})

test('those that run are waited for, also where one fails by a fault of ours', async () => {
  const { clock, service, world } = setUp('full', async () => {
    await sleep(clock, 10)
    throw new RangeError('ours')
  })
  const push = service.push({ ...request, channel: silent, exec: 1 })
  const failed = expect(push).rejects.toThrow('ours')
  expect(service.running()).toBe(1)
  await world.finish(service.ended())
  await failed
  expect([clock.now(), service.running()]).toEqual([10, 0])
})

test.each([
  ['app-not-found', ['myapp']],
  ['forbidden', []],
  ['user-not-found', []],
] as const)('a push that is denied by %s has %j looked at for removal', async (code, noticed) => {
  const { service, world, removals } = setUp('none', receiveOne, deniedBy(code))
  await world.finish(service.push({ ...request, channel: silent, exec: 1 }))
  expect(removals).toEqual(noticed)
  await world.finish(service.close())
  expect(removals.at(-1)).toBe('closed')
})

function deniedBy(code: DenialCode): Decision {
  return { kind: 'denied', code, source: 'rpc', epoch: 'e', revision: 7, copyAgeMs: 0 }
}

/** A controller that answers no publish, and has one release pending until it is settled. */
function setUp(
  commitCheck: CommitCheck,
  receive: Repositories<PushChannel>['receive'] = receiveOne,
  decision: Decision = allowed,
) {
  const world = createSmallWorld()
  const { clock } = world.start('host')
  const lock = {
    token: 1,
    isHeld: async () => true,
    attach: async () => {},
    release: async () => {},
    retire: async () => {},
  }
  const states: unknown[] = []
  const removals: string[] = []
  const { client, calls } = createFakeClient(({ name, input }) => {
    if (name === 'pendingReleases') return { body: { releases: states.length ? [] : [release] } }
    if (name !== 'settleRelease') return 'away'
    states.push((input.body as { state: string }).state)
    return { body: {} }
  })
  const service = createPushService<PushChannel>({
    replica: 'builder-1',
    clock,
    ids: { next: (prefix) => `${prefix}-1` },
    controller: client,
    lookup: { authorize: async () => decision },
    locks: { acquire: async () => ({ kind: 'held', lock }) },
    repositories: { receive, hasMoved: async () => false },
    commitCheck,
    trace: { emit() {} },
    removals: {
      notice: (app) => void removals.push(app),
      close: async () => void removals.push('closed'),
    },
  })
  const looks = () => calls.filter(({ name }) => name === 'pendingReleases').length
  return { clock, service, world, looks, removals, settled: () => states }
}
