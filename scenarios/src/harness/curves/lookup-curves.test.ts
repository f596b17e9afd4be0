import { createFixture } from '@keyrace/load'
import type { MeasureLookup } from '@keyrace/testbed'
import { describe, expect, test, vi } from 'vitest'
import type { Context } from '../scenario.ts'
import { failedLookups, lookupCurves, measureLookups } from './lookup-curves.ts'

const axis = 'keys of the user'
const subjects = [1, 10].map((x) => {
  const [app] = createFixture({ seed: 7, users: 1, keysPerUser: 1, apps: 1, prefix: `${x}-` }).apps
  if (app === undefined) throw new Error('the fixture has no app')
  return { x, app }
})

const capacity = { answered: 300, perSecond: 2_000, p99Ms: 6, failures: 0 }

async function measureWith(measureLookup: MeasureLookup | undefined) {
  const context = { world: { measureLookup }, signal: new AbortController().signal }
  const cells = await measureLookups(context as never as Context, subjects)
  return { curves: lookupCurves(cells, axis), doubts: failedLookups(cells, axis) }
}

describe('the curves of lookups', () => {
  test('ask every route about every subject', async () => {
    const measure = vi.fn(async () => ({ serialMs: [1, 2, 3], capacity }))
    const { curves, doubts } = await measureWith(measure as MeasureLookup)
    expect(doubts).toEqual([])
    expect(new Set(curves.map(({ series }) => series))).toEqual(
      new Set([
        'GET /v2/hooks/key/:fingerprint',
        'GET /v2/hooks/keys/:app/:username',
        'GET /v2/hooks/keys/:app',
        'POST /v2/hooks/key',
      ]),
    )
    expect(new Set(measure.mock.calls.map((call) => JSON.stringify(call))).size).toBe(8)
  })

  test('are those of what the controller answered', async () => {
    const { curves } = await measureWith(async () => ({ serialMs: [1, 2, 30], capacity }))
    const at = (name: string) =>
      curves.find((curve) => curve.name === `${name} by ${axis}`)?.points[1]
    expect(at('lookups per second')).toMatchObject({ x: 10, y: 2_000, count: 1_200 })
    expect(at('lookup p99 under load')).toMatchObject({ y: 6 })
    expect(at('lookup p50 one at a time')).toMatchObject({ y: 2, count: 12 })
  })

  test.each([
    ['failed once', { ...capacity, failures: 1 }, 'failed 1 × at 10 keys of the user'],
    ['answered nothing', { ...capacity, answered: 0 }, 'answered nothing at 10 keys of the user'],
  ])('come with a doubt for a route that %s', async (_, faulty, doubt) => {
    let calls = 0
    const { doubts } = await measureWith(async (name, input) => {
      const isIt = name === 'appKeys' && JSON.stringify(input).includes('10-')
      const isFaulty = isIt && (faulty.answered === 0 || calls++ === 0)
      return { serialMs: [1], capacity: isFaulty ? faulty : capacity }
    })
    expect(doubts).toEqual([`GET /v2/hooks/keys/:app ${doubt}`])
  })

  test('are none where there is no controller to drive', async () => {
    expect(await measureWith(undefined)).toEqual({ curves: [], doubts: [] })
  })
})
