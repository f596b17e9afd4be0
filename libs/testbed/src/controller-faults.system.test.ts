import { realClock } from '@keyrace/environment/real'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { stateOf } from './testing/process-tree.ts'
import { type Rig, startRig } from './testing/rig.ts'
import { startTraffic } from './testing/traffic.ts'

const killed = {
  fault: 'is killed',
  strike: ({ controller }: Rig) => controller.kill(),
  mend: ({ controller }: Rig) => controller.restart(),
}
const stopped = {
  fault: 'falls silent',
  async strike({ controller }: Rig) {
    controller.signal('SIGSTOP')
    await expect.poll(() => stateOf(controller.pid)).toBe('T')
  },
  mend: async ({ controller }: Rig) => controller.signal('SIGCONT'),
}

describe.each([
  { ...killed, strategy: 'fingerprint', knobs: {}, boundMs: 0 },
  { ...stopped, strategy: 'fingerprint', knobs: { timeoutMs: 500 }, boundMs: 0 },
  { ...killed, strategy: 'poll', knobs: { intervalMs: 300, timeoutMs: 1_000 }, boundMs: 1_300 },
] as const)('pushes by $strategy, when the controller $fault', (given) => {
  const { strategy, knobs, boundMs, strike, mend } = given

  let rig: Rig
  beforeAll(async () => {
    rig = await startRig({ strategy, knobs, commitCheck: 'none' })
  })
  afterAll(() => rig?.close())

  test('are unavailable beyond the claim, until it is back', async () => {
    const traffic = await startTraffic(rig)
    await traffic.until(({ outcome }) => outcome === 'ok')

    await strike(rig)
    const claimEndsAt = realClock.now() + boundMs
    await traffic.until(({ stamps }) => stamps.execAt > claimEndsAt)
    const mendedAt = realClock.now()
    await mend(rig)
    await traffic.until(({ outcome, stamps }) => outcome === 'ok' && stamps.execAt > mendedAt)
    await traffic.stop()

    const attempts = traffic.lanes.flatMap((lane) => lane.attempts)
    const beyond = attempts.filter(
      ({ stamps }) => stamps.execAt > claimEndsAt && stamps.doneAt < mendedAt,
    )
    for (const { outcome, reason } of beyond) {
      expect(outcome).toBe('unavailable')
      expect(reason).toMatch(
        /^cannot check access right now \([a-z-]+\): .* try again in a moment$/,
      )
    }
    // No lane heard a wrong word, nor none at all; and only what was acknowledged has moved a ref.
    expect(new Set(attempts.map(({ outcome }) => outcome))).toEqual(new Set(['ok', 'unavailable']))
    for (const { app, attempts } of traffic.lanes) {
      const acknowledged = attempts.filter(({ outcome }) => outcome === 'ok')
      const { commits } = await rig.branch(app)
      expect(commits.toReversed()).toEqual(acknowledged.map(({ update }) => update?.new))
    }
  })
})
