import { errors, headers, type LatestGeneration } from '@keyrace/contracts'
import type { Answer } from '@keyrace/environment'
import { createMemoryRoot } from '@keyrace/push/testing'
import { createProcessTable, createSimulatedDisk, simulate } from '@keyrace/simulation'
import { expect, test } from 'vitest'
import type { News } from './news.ts'
import { createReaper } from './reaper.ts'

const stamp = { [headers.epoch]: 'epoch-1', [headers.revision]: '7' }
const failed: Answer = {
  status: errors['server-error'].status,
  headers: { [headers.code]: 'server-error' },
  body: { detail: 'Server Error' },
}

async function run(forMs: number, answer: (nth: number) => readonly LatestGeneration[] | 'failed') {
  const { result } = await simulate(1, async ({ clock, ids, random }) => {
    const root = createMemoryRoot('a.1.git', 'b.1.git')
    const askedAt: number[] = []
    const news: News[] = []
    const reaper = createReaper(
      {
        ...{ name: 'reaper-1', source: 'list', budget: 10, dryRun: false },
        ...{ intervalMs: 1_000, graceMs: 0, timeoutMs: 500 },
      },
      {
        clock,
        ids,
        root,
        processes: createProcessTable().start('host'),
        lockDisk: createSimulatedDisk({ clock, random, latencyMs: { from: 0, to: 0 } }),
        transport: {
          async call() {
            const generations = answer(askedAt.push(Math.round(clock.now())))
            return generations === 'failed'
              ? failed
              : { status: 200, headers: stamp, body: { generations } }
          },
          close: async () => {},
        },
        token: 'b',
        trace: { emit() {} },
        tell: (one) => void news.push(one),
      },
    )
    reaper.start()
    await new Promise<void>((resolve) => clock.timer(forMs, resolve))
    await reaper.close()
    return { askedAt, news, left: [...root.folders.keys()] }
  })
  return result
}

test('each failure doubles the pause of a reaper, and one success ends that', async () => {
  const b = { app: 'b', generation: 1, stands: false }
  const { askedAt, news, left } = await run(14_500, (nth) => (nth <= 3 ? 'failed' : [b]))
  expect(pausesBetween(askedAt)).toEqual([2_000, 4_000, 8_000])
  expect(news.map(({ kind }) => kind)).toEqual(['failed', 'failed', 'failed', 'removed'])
  expect(left).toEqual(['a.1.git'])
})

test('a reaper sweeps at its interval, and its end ends it', async () => {
  const b = { app: 'b', generation: 1, stands: false }
  const { askedAt, news, left } = await run(2_500, () => [b])
  expect(pausesBetween(askedAt).every((ms) => ms >= 1_000 && ms < 1_010)).toBe(true)
  expect(askedAt).toHaveLength(3)
  expect(news).toMatchObject([{ kind: 'removed', repository: { app: 'b', revision: 7 } }])
  expect(left).toEqual(['a.1.git'])
})

function pausesBetween(times: readonly number[]): number[] {
  return times.slice(1).map((at, index) => at - (times[index] ?? 0))
}
