import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { simulate } from './simulate.ts'
import { gossip } from './testing/gossip.ts'

test('another process comes to the same trace', async () => {
  const { stdout } = await promisify(execFile)(process.execPath, [
    '--input-type=module',
    '--eval',
    `import { simulate } from ${JSON.stringify(new URL('./simulate.ts', import.meta.url))}
     import { gossip } from ${JSON.stringify(new URL('./testing/gossip.ts', import.meta.url))}
     console.log(JSON.stringify(await simulate(7, gossip)))`,
  ])
  expect(JSON.parse(stdout)).toEqual(await simulate(7, gossip))
})
