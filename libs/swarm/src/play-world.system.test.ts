import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { drawPlan } from './draw-plan.ts'
import { playWorld } from './play-world.ts'

const seeds = [3, 7, 11]

test('another process comes to the same worlds, faults and all', async () => {
  const { stdout } = await promisify(execFile)(process.execPath, [
    '--input-type=module',
    '--eval',
    `import { drawPlan } from ${JSON.stringify(new URL('./draw-plan.ts', import.meta.url))}
     import { playWorld } from ${JSON.stringify(new URL('./play-world.ts', import.meta.url))}
     const traces = []
     for (const seed of ${JSON.stringify(seeds.toReversed())}) {
       traces.push((await playWorld(drawPlan(seed, { system: 'fixed' }))).trace)
     }
     console.log(JSON.stringify(traces.toReversed()))`,
  ])
  const traces = []
  for (const seed of seeds)
    traces.push((await playWorld(drawPlan(seed, { system: 'fixed' }))).trace)
  expect(JSON.parse(stdout)).toEqual(traces)
})
