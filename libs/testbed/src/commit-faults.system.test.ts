import { setTimeout as delay } from 'node:timers/promises'
import { zeroSha } from '@keyrace/contracts'
import type { FixtureApp, PushAttempt } from '@keyrace/load'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { expectOneStory } from './testing/expect-one-story.ts'
import { type Rig, startRig, callTimeoutMs as timeoutMs } from './testing/rig.ts'
import { taskFor } from './testing/rig-processes.ts'

const publish = 'POST /v2/hooks/publish'
const settle = 'POST /v2/hooks/releases/'
const listPending = 'GET /v2/hooks/releases'
const patience = { timeout: 20_000 }

let rig: Rig
let apps: readonly [FixtureApp, FixtureApp, FixtureApp, FixtureApp]
beforeAll(async () => {
  rig = await startRig({ strategy: 'fingerprint', commitCheck: 'full', throughLink: true })
  apps = rig.apps as typeof apps & Rig['apps']
})
afterAll(() => rig?.close())

describe('a builder that is killed in the middle of a push', () => {
  const attempts = new Map<FixtureApp, PushAttempt[]>()
  const leftPending: number[] = []

  test.each<Moment & { readonly moment: string }>([
    ...[0, 10, 20, 30, 40].map((ms) => ({ moment: `${ms} ms after its exec request`, ms })),
    ...[0, 4, 8, 12].map((ms) => ({ moment: `${ms} ms after its publish`, ms, call: publish })),
    { moment: 'published, and not told', call: publish, held: 'answer', becomes: 'abandoned' },
    { moment: 'moved, and the release not live', call: settle, held: 'question', becomes: 'live' },
    { moment: 'live, and not told', call: settle, held: 'answer', becomes: 'live' },
  ])('frees its lock, and settles its release: $moment', async (moment) => {
    const [doomed, other] = rig.builders
    const [raced, beside] = apps
    const cut = await pushUpTo(moment, raced)
    const meanwhile = other.push(beside)
    await doomed.kill()
    // Its lock is free at once, or this push would be told that the app is busy.
    const next = await other.push(raced)
    expect([next, await meanwhile]).toMatchObject([{ outcome: 'ok' }, { outcome: 'ok' }])
    leftPending.push(await rig.countPending(doomed))
    await doomed.restart()
    await expect.poll(() => rig.countPending(doomed), patience).toBe(0)
    cut.release()
    const [, left] = await rig.releases(raced)
    expect(left?.state).toBe(moment.becomes ?? left?.state)
    note(raced, await cut.pushed, next)
    note(beside, await meanwhile)
  })

  test('loses nothing that was acknowledged: branch and live releases are the same', async () => {
    expect(new Set(leftPending)).toEqual(new Set([0, 1]))
    for (const [app, made] of attempts) await expectOneStory(rig, app, made)
  })

  function note(app: FixtureApp, ...made: readonly PushAttempt[]) {
    attempts.set(app, [...(attempts.get(app) ?? []), ...made])
  }
})

test('a publish that comes through when its builder is back is settled as well', async () => {
  const [doomed] = rig.builders
  const [, , app] = apps
  const late = await pushUpTo({ call: publish, held: 'question' }, app)
  await doomed.kill()
  const listed = rig.link.countAnswered(listPending)
  await doomed.restart()
  await expect.poll(() => rig.link.countAnswered(listPending), patience).toBeGreaterThan(listed)
  late.release()
  const states = async () => (await rig.releases(app)).map(({ state }) => state)
  await expect.poll(states, patience).toEqual(['abandoned'])
  expect(await rig.branch(app)).toMatchObject({ commits: [] })
})

test('an app that is deleted and created again under a push is not pushed to', async () => {
  const [builder] = rig.builders
  const [, , , app] = apps
  const owner = rig.asOwner(app)
  const { pushed, release } = await pushUpTo({ call: publish, held: 'question' }, app)
  await owner.call('deleteApp', { params: { app: app.app } }, { timeoutMs })
  await owner.call('createApp', { body: { id: app.app } }, { timeoutMs })
  release()
  const { outcome, reason } = await pushed
  expect(outcome).toBe('rejected')
  expect(reason).toBe(
    `denied: ${app.app} was deleted and created again while you pushed: nothing was changed, push again`,
  )
  expect(await rig.branch(app)).toEqual({ commits: [], tips: [] })
  expect([await rig.releases(app), await rig.countPending(builder)]).toEqual([[], 0])
  expect(await builder.push(app)).toMatchObject({ outcome: 'ok', update: { old: zeroSha } })
  expect((await rig.branch(app, 2)).commits).toHaveLength(1)
})

interface Moment {
  /** The call of the push at which it is; the exec request without it. */
  readonly call?: string
  /** That call is held from then on. */
  readonly held?: 'question' | 'answer'
  /** What comes of its release, where that is certain. */
  readonly becomes?: 'live' | 'abandoned'
  /** So much later. */
  readonly ms?: number
}

/** Begins a push over the first builder, and comes back when it has come that far. */
async function pushUpTo({ call, held, ms = 0 }: Moment, app: FixtureApp) {
  const connection = await rig.builders[0].connect(app.pusher)
  const begun = Promise.withResolvers<void>()
  const hold = call === undefined ? undefined : rig.link.hold(call, held)
  const pushed = connection.push({ ...taskFor(app), begun: begun.resolve })
  await (hold?.reached ?? begun.promise)
  if (held === undefined) hold?.release()
  await delay(ms)
  return { pushed, release: () => hold?.release() }
}
