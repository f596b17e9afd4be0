import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const bin = fileURLToPath(new URL('../bin/keyrace.mjs', import.meta.url))

function keyrace(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, [bin, ...args], { timeout: 30_000 }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr })
    })
  })
}

test.each([
  [['rum'], 'run'],
  [['run', 'deletion-rase'], 'deletion-race'],
  [['run', 'deletion-race', '--strategy', 'pol'], 'poll'],
  [['run', 'deletion-race', '--rases', '3'], '--races'],
  [['run', 'deletion-race', '--set', 'poll.interval=3'], 'intervalMs'],
])('the process ends with 1 and names what was meant: %j', async (args, meant) => {
  const { code, stdout, stderr } = await keyrace(...args)
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
  expect(stderr).toContain(meant)
  expect(stderr).not.toContain('    at ')
})

test('every list is JSON with a name and a description for each entry', async () => {
  const { code, stdout } = await keyrace('list', '--json')
  expect(code).toBe(0)
  const lists = Object.values(JSON.parse(stdout)) as { name: string; description: string }[][]
  expect(lists).toHaveLength(4)
  for (const { name, description } of lists.flat()) expect(name && description).toBeTruthy()
})

test('the doctor looks at this machine', async () => {
  const { code, stdout } = await keyrace('doctor', '--json')
  const { checks, exitCode } = JSON.parse(stdout)
  expect(code).toBe(exitCode)
  expect(checks.map(({ name }: { name: string }) => name)).toContain('git')
})
