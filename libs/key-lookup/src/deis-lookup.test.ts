import type { QuirkName } from '@keyrace/contracts'
import type { ControllerClient } from '@keyrace/controller-client'
import { expect, test } from 'vitest'
import { withQuirks } from './deis-lookup.ts'
import { fingerprint } from './strategies/fingerprint.ts'
import { poll } from './strategies/poll.ts'
import type { StrategyDeps } from './strategy.ts'

const key = { fingerprint: 'SHA256:a', blob: 'AAAA' }
const stamp = { epoch: 'e', revision: 5 }

/** alice may push to `foo-bar`; there is an app `foo` of somebody else. */
function start(...quirks: QuirkName[]) {
  const platform = { now: 0, apps: ['foo-bar'], calls: [] as string[] }
  const controller = {
    async call(name: string, { params }: { params: { app?: string } }) {
      platform.calls.push(name)
      const body =
        name === 'keyOwner'
          ? { username: 'alice', apps: [...platform.apps] }
          : { app: params.app, generation: 3, stands: false }
      return { ok: true, body, stamp: { ...stamp, generation: 3 } }
    },
  } as unknown as ControllerClient
  const clock = { now: () => platform.now, wall: () => 0, timer: () => () => {} }
  const deps = { clock, controller } as unknown as StrategyDeps
  const lookup = withQuirks(fingerprint, quirks).create(deps, { timeoutMs: 10 })
  return { platform, lookup }
}

async function authorize(lookup: ReturnType<typeof start>['lookup'], app: string) {
  const identified = await lookup.identify(key)
  if (identified.kind !== 'user') throw new Error('nobody knows the key')
  const { user, appsThen } = identified
  return { again: () => lookup.authorize({ app, user, key, appsThen }) }
}

test('without quirks a strategy is the one that it was', () => {
  expect(withQuirks(fingerprint, [])).toBe(fingerprint)
  expect(withQuirks(poll, ['names-only', 'expiring-lock'])).toBe(poll)
})

test('substring-match: a name that is part of another is let in', async () => {
  const decide = async (...quirks: QuirkName[]) =>
    (await (await authorize(start(...quirks).lookup, 'foo')).again()).kind
  expect(await decide()).toBe('denied')
  expect(await decide('substring-match')).toBe('allowed')
})

test('frozen-apps: what was so at the identification decides, and nothing later', async () => {
  const { lookup, platform } = start('frozen-apps')
  const { again } = await authorize(lookup, 'foo-bar')
  platform.apps = []
  platform.now = 60_000
  expect(await again()).toMatchObject({
    ...{ kind: 'allowed', generation: 3 },
    ...{ source: 'cache', revision: 5, copyAgeMs: 60_000 },
  })
  expect(platform.calls.filter((name) => name === 'keyOwner')).toHaveLength(1)
})

test('frozen-apps: who is given an app afterwards is denied on the connection that stands', async () => {
  const { lookup, platform } = start('frozen-apps')
  const { again } = await authorize(lookup, 'new')
  platform.apps.push('new')
  expect(await again()).toMatchObject({ kind: 'denied', code: 'forbidden' })
})
