import type { SwarmPlan } from '@keyrace/contracts'
import { expect, test } from 'vitest'
import { drawPlan } from './draw-plan.ts'
import { playWorld } from './play-world.ts'

/** Somebody pushes before and after the app is deleted. */
const plan: SwarmPlan = {
  ...drawPlan(17, { system: 'fixed', strategies: ['poll'], commitCheck: 'none', replicas: 2 }),
  users: [{ name: 'ada', keys: 1 }],
  apps: [{ name: 'shop', owner: 'ada', collaborators: [] }],
  operations: [
    {
      id: 'before',
      atMs: 5,
      f: 'push',
      by: 'ada',
      key: 'ada/1',
      app: 'shop',
      replica: 'builder-1',
    },
    { id: 'deletion', atMs: 2_000, f: 'deleteApp', by: 'ada', app: 'shop' },
    {
      id: 'after',
      atMs: 9_000,
      f: 'push',
      by: 'ada',
      key: 'ada/1',
      app: 'shop',
      replica: 'builder-2',
    },
  ],
  reaper: null,
  faults: [],
  points: {},
}

function outcomeOf(op: string, { history }: Awaited<ReturnType<typeof playWorld>>) {
  return history.find((row) => row.f === 'push' && row.op === op && row.type !== 'invoke')?.type
}

test('operations are done at their times, under the names that the plan gives them', async () => {
  const played = await playWorld(plan)
  expect(outcomeOf('before', played)).toBe('ok')
  expect(outcomeOf('after', played)).toBe('denied')
  const begun = played.history.find(({ op, type }) => op === 'deletion' && type === 'invoke')
  expect(begun?.t).toBeCloseTo(2_000)
  expect(played.judgement.correctness.verdict).toBe('holds')
})

test('a builder that is not there any more is not pushed to', async () => {
  const played = await playWorld({ ...plan, replicas: 1 })
  expect(outcomeOf('before', played)).toBe('ok')
  expect(outcomeOf('after', played)).toBeUndefined()
})

test('when all is over every builder is asked about the rights that were used', async () => {
  const { history, pushes } = await playWorld(plan)
  const probes = history.filter(({ f, op, type }) => {
    return f === 'push' && op.startsWith('probe-') && type === 'denied'
  })
  expect(probes.map(({ replica }) => replica).toSorted()).toEqual(['builder-1', 'builder-2'])
  expect(pushes).toBe(4)
})

test('the same plan gives the same trace and the same judgement, whatever was played in between', async () => {
  const first = await playWorld(plan)
  await playWorld(drawPlan(1, { system: 'fixed' }))
  const again = await playWorld(plan)
  expect(again.trace).toEqual(first.trace)
  expect(again.judgement).toEqual(first.judgement)
  expect((await playWorld({ ...plan, seed: 18 })).trace.hash).not.toBe(first.trace.hash)
})
