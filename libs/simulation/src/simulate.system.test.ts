import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import type { Drain } from './drain.ts'
import { simulate } from './simulate.ts'
import { gossip } from './testing/gossip.ts'

test.each<[string, { flags?: string[]; seeds?: number[]; drain?: Drain }]>([
  ['drained by V8', { drain: 'checkpoint' }],
  ['drained as Node does it', { drain: 'tick' }],
  ['in turns of the event loop', { drain: 'turn' }],
  ['where no code may be made of strings', { flags: ['--disallow-code-generation-from-strings'] }],
  ['after other seeds', { seeds: [8, 9] }],
])('another process comes to the same trace, %s', async (_, { flags = [], seeds = [], drain }) => {
  const options = JSON.stringify({ drain })
  const { stdout } = await promisify(execFile)(process.execPath, [
    ...flags,
    '--input-type=module',
    '--eval',
    `import { simulate } from ${JSON.stringify(new URL('./simulate.ts', import.meta.url))}
     import { gossip } from ${JSON.stringify(new URL('./testing/gossip.ts', import.meta.url))}
     for (const seed of ${JSON.stringify(seeds)}) await simulate(seed, gossip, ${options})
     console.log(JSON.stringify(await simulate(7, gossip, ${options})))`,
  ])
  expect(JSON.parse(stdout)).toEqual(await simulate(7, gossip))
})
