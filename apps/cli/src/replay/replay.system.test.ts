import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gunzipSync } from 'node:zlib'
import type { SwarmPlan } from '@keyrace/contracts'
import { examplePlan } from '@keyrace/swarm/testing'
import { afterEach, beforeEach, expect, test } from 'vitest'

const bin = fileURLToPath(new URL('../../bin/keyrace.mjs', import.meta.url))

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'keyrace-replay-'))
})
afterEach(() => rm(folder, { recursive: true }))

function replay(plan: string, out: string): Promise<{ code: number; stdout: string }> {
  return new Promise((resolve) => {
    const args = [bin, 'replay', plan, '--out', out, '--json']
    execFile(process.execPath, args, { timeout: 60_000 }, (error, stdout) => {
      resolve({ code: error === null ? 0 : Number(error.code), stdout })
    })
  })
}

/** A connection that was opened while the app was there, by a builder that looks at no right but then. */
const frozen: Partial<SwarmPlan> = {
  system: 'deis-2018',
  quirks: ['frozen-apps'],
  strategy: 'fingerprint',
  knobs: {},
  faults: [],
  operations: [
    { ...push(0), connection: 'kept' },
    { id: 'deletion', atMs: 1_000, f: 'deleteApp', by: 'ada', app: 'foo' },
    { ...push(2_000), connection: 'kept' },
  ],
}

function push(atMs: number): SwarmPlan['operations'][number] {
  const where = { key: 'bob/1', replica: 'builder-1', ref: 'refs/heads/main' }
  return { id: `push-${atMs}`, atMs, f: 'push', by: 'bob', app: 'foo', ...where }
}

test.each<[string, Partial<SwarmPlan>, number]>([
  ['what held', { commitCheck: 'full', faults: [] }, 0],
  ['what was broken', frozen, 2],
])('another process sees the same: %s', async (_, changes, exitCode) => {
  const plan = join(folder, 'plan.json')
  await writeFile(plan, JSON.stringify({ ...examplePlan(), ...changes }))
  const [first, second] = [
    await replay(plan, join(folder, 'a')),
    await replay(plan, join(folder, 'b')),
  ]
  expect([first.code, second.code]).toEqual([exitCode, exitCode])
  expect(second.stdout).toBe(first.stdout)
  for (const file of ['history.ndjson.gz', 'trace.ndjson.gz']) {
    const [a, b] = [await rows('a', file), await rows('b', file)]
    expect(a.length).toBeGreaterThan(10)
    expect(b).toEqual(a)
  }
})

async function rows(run: string, file: string): Promise<string[]> {
  return gunzipSync(await readFile(join(folder, run, file)))
    .toString()
    .split('\n')
}
