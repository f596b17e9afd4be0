import { mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import {
  createHttpTransport,
  createRealDisk,
  createRealPrivateFiles,
  createRealRepositoryRoot,
  realClock,
  realIds,
  realProcesses,
} from '@keyrace/environment/real'
import { strategies } from '@keyrace/key-lookup'
import { pino } from 'pino'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Builder, createBuilder } from './builder.ts'
import { type Listening, type Rig, startRig } from './testing/rig.ts'

const pushesEach = 7

let rig: Rig
const builders: Builder[] = []

beforeAll(async () => {
  rig = await startRig()
})
afterAll(async () => {
  for (const builder of builders) await builder.close({ drainMs: 0 })
  await rig.close()
})

test('a push takes less than half of what it takes with Nagle’s algorithm on', async () => {
  const key = await rig.addKey('alice', { owner: 'alice' })
  rig.controller.apps.set('myapp', { generation: 1, users: new Set(['alice']) })
  const copy = await rig.clone()
  const [without, withNagle] = [await startBuilder(true), await startBuilder(false)]

  const durations = new Map<Listening, number[]>([
    [without, []],
    [withNagle, []],
  ])
  for (let pair = 0; pair <= pushesEach; pair++) {
    for (const [builder, taken] of durations) {
      await copy.commit()
      const startedAt = realClock.now()
      expect(await copy.push(builder, key, 'myapp')).toMatchObject({ code: 0 })
      // The first push of each is slower for other reasons.
      if (pair > 0) taken.push(realClock.now() - startedAt)
    }
  }
  // The quickest of each: whatever else runs on this machine only adds.
  const [quickest = Number.NaN, delayed = Number.NaN] = [...durations.values()].map((taken) =>
    Math.min(...taken),
  )
  expect(quickest / delayed).toBeLessThan(0.5)
})

async function startBuilder(noDelay: boolean): Promise<Listening> {
  await mkdir(rig.repositories, { recursive: true })
  const builder = createBuilder(
    {
      replica: `builder-${noDelay}`,
      listen: { host: '127.0.0.1', port: 0 },
      hostKeys: [await readFile(rig.hostKey, 'utf8')],
      repositories: rig.repositories,
      strategy: strategies.fingerprint,
      knobs: { timeoutMs: 2_000 },
      commitCheck: 'full',
      lock: 'file',
      ownRepositories: false,
      quirks: [],
      lockTimeoutMs: 10_000,
      gitTimeoutMs: 60_000,
      noDelay,
    },
    {
      clock: realClock,
      ids: realIds,
      processes: realProcesses,
      transport: createHttpTransport({ origin: rig.controller.origin }),
      token: 'builder-secret',
      files: createRealPrivateFiles(join(rig.repositories, '.state')),
      lockDisk: createRealDisk(join(rig.repositories, '.locks')),
      root: createRealRepositoryRoot(rig.repositories),
      trace: { emit() {} },
      removalTrace: { emit() {} },
      log: pino({ level: 'silent' }),
    },
  )
  builders.push(builder)
  return builder.start()
}
