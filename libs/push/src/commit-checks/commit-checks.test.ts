import { describe, expect, test } from 'vitest'
import { createFakeClient, type FakeCall } from '../testing/fake-client.ts'
import { createTickingClock, update } from '../testing/fakes.ts'
import { commitChecks } from './index.ts'

const candidate = {
  pushId: 'push-1',
  app: 'myapp',
  generation: 3,
  user: 'alice',
  fingerprint: 'SHA256:a',
  updates: [update],
}

function check(
  name: keyof typeof commitChecks,
  answer: Parameters<typeof createFakeClient>[0] = () => ({ body: {} }),
  options: { readonly ownRepositories?: boolean } = {},
) {
  const { client, calls } = createFakeClient(answer)
  const own = { replica: 'b1', timeoutMs: 1, ownRepositories: false, ...options }
  const deps = { clock: createTickingClock(), controller: client, ...own }
  return { ...commitChecks[name](deps), calls }
}

const names = (calls: readonly FakeCall[]) => calls.map(({ name }) => name)

describe('every commit check', () => {
  test.each(['app', 'full'] as const)(
    '%s: a controller that is away never allows',
    async (name) => {
      const answer = await check(name, () => 'away').before(candidate)
      expect(answer).toEqual({ kind: 'unknown', reason: 'timeout' })
    },
  )

  test.each(['app', 'full'] as const)('%s: a refusal is a denial, with its code', async (name) => {
    const answer = await check(name, () => 'forbidden').before(candidate)
    expect(answer).toEqual({ kind: 'denied', code: 'forbidden', revision: 5 })
  })
})

describe('none', () => {
  test('asks nobody before the ref moves', async () => {
    const checked = check('none')
    expect(await checked.before(candidate)).toEqual({ kind: 'allowed', revision: null })
    expect(checked.calls).toEqual([])
  })

  test.each(['forbidden', 'away'] as const)(
    'records the release when the client has its answer, and does not mind if that is %s',
    async (answer) => {
      const checked = check('none', () => answer)
      expect(await checked.after(candidate, true)).toBe(true)
      expect(checked.calls).toEqual([])
      await checked.afterwards?.(candidate)
      expect(names(checked.calls)).toEqual(['historicBuild'])
    },
  )
})

describe('full', () => {
  test('publishes who, what, where and which generation, under the push id', async () => {
    const checked = check('full')
    expect(await checked.before(candidate)).toEqual({ kind: 'allowed', revision: 5 })
    const { updates, ...rest } = candidate
    expect(checked.calls).toMatchObject([
      { name: 'publish', input: { body: { ...rest, builder: 'b1', refs: updates } } },
    ])
  })

  test.each([
    [true, 'live'],
    [false, 'abandoned'],
  ])('settles a push whose refs moved (%s) as %s', async (moved, state) => {
    const checked = check('full')
    expect(await checked.after(candidate, moved)).toBe(true)
    expect(checked.calls).toMatchObject([{ name: 'settleRelease', input: { body: { state } } }])
  })

  test('asks to go on where the last release left off, where the repositories are its own', async () => {
    const shared = check('full')
    await shared.before(candidate)
    expect(shared.calls[0]?.input.body).not.toHaveProperty('continuesReleases')

    const own = check('full', () => 'ref-moved', { ownRepositories: true })
    expect(await own.before(candidate)).toEqual({ kind: 'behind', revision: 5 })
    expect(own.calls[0]?.input.body).toMatchObject({ continuesReleases: true })
  })

  test('settles again when the answer was lost', async () => {
    let lost = 2
    const checked = check('full', () => (lost-- > 0 ? 'away' : { body: {} }))
    expect(await checked.after(candidate, true)).toBe(true)
    expect(checked.calls).toHaveLength(3)
  })

  test('gives up after some attempts and says so', async () => {
    const checked = check('full', () => 'away')
    expect(await checked.after(candidate, true)).toBe(false)
    expect(checked.calls).toHaveLength(3)
  })

  test.each(['release-settled', 'release-not-found'] as const)(
    'does not acknowledge a release that the controller calls %s',
    async (code) => {
      expect(await check('full', () => code).after(candidate, true)).toBe(false)
    },
  )
})
