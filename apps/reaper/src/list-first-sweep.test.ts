import type { LatestGeneration, RemovalEvidence } from '@keyrace/contracts'
import { createMemoryRoot } from '@keyrace/push/testing'
import { expect, test } from 'vitest'
import { createListFirstSweep } from './list-first-sweep.ts'

const blue = (generation: number, stands: boolean) => ({ app: 'blue', generation, stands })

async function sweep(latest: readonly LatestGeneration[], ...names: string[]) {
  const root = createMemoryRoot(...names)
  const evidence: RemovalEvidence[] = []
  const run = createListFirstSweep({
    remover: 'builder-1',
    clock: { now: () => 0, wall: () => 0, timer: () => () => {} },
    ids: { next: (prefix) => prefix },
    root,
    async *ask() {
      root.calls.push('asked')
      const word = new Map(latest.map((one) => [one.app, one]))
      yield { stamp: { epoch: 'e', revision: 7 }, latest: word }
    },
    trace: { emit: (removal) => evidence.push(removal) },
    tell: () => {},
    signal: new AbortController().signal,
  })
  await run()
  return { left: [...root.folders.keys()], calls: root.calls, evidence }
}

test('asks before it looks at the disk', async () => {
  const { calls } = await sweep([blue(1, true)], 'blue.1.git')
  expect(calls).toEqual(['asked', 'list'])
})

test('removes what belongs to no app that stood then, however new it is', async () => {
  const { left, evidence } = await sweep([blue(1, false)], 'blue.2.git', 'green.1.git')
  expect(left).toEqual([])
  expect(evidence.filter(({ durableAt }) => durableAt !== null)).toMatchObject([
    { app: 'blue', generation: 2, remover: 'builder-1', revision: 7 },
    { app: 'green', generation: 1 },
  ])
})

test('leaves what belongs to an app that stands, by its name alone', async () => {
  const names = ['blue.1.git', 'blue.2.git', 'blue.git', 'notes', '.locks']
  const { left } = await sweep([blue(2, true)], ...names)
  expect(left).toEqual(names)
})

test('finds repositories without a generation as well', async () => {
  const { left, evidence } = await sweep([blue(2, false)], 'blue.git')
  expect(left).toEqual([])
  expect(evidence[0]).toMatchObject({ app: 'blue', generation: 2 })
})
