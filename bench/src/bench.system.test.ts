import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { isAbsolute, join, relative } from 'node:path'
import type { FixtureApp, PushConnection } from '@keyrace/load'
import { beforeEach, describe, expect, test, vi } from 'vitest'
import { type Bench, runBench } from './bench.ts'
import type { Lane } from './block.ts'
import { PushFailed } from './clients/client.ts'
import type { Server, Site } from './contenders/contender.ts'
import { createCommand, type Options } from './options.ts'
import { unfit } from './preflight.ts'

const lacking = unfit()

describe.skipIf(lacking !== undefined)(`a bench${lacking ? ` (skipped: ${lacking})` : ''}`, () => {
  let out: string
  const told = { stdout: '', stderr: '' }
  beforeEach(() => {
    out = mkdtempSync(join(tmpdir(), 'keyrace-bench-'))
    for (const name of ['stdout', 'stderr'] as const) {
      told[name] = ''
      vi.spyOn(process[name], 'write').mockImplementation((text) => {
        told[name] += text
        return true
      })
    }
    return () => {
      vi.restoreAllMocks()
      rmSync(out, { recursive: true })
    }
  })

  test.each([
    [[], 0],
    [['--strict'], 3],
  ])('that misses a goal and was given %j ends with %d', async (args, exitCode) => {
    expect(await runBench(bench, optionsOf(args))).toBe(exitCode)
    expect(told.stdout).toContain('✗ as quick')
  })

  test('tells where its profile is, from where we are', async () => {
    await runBench(bench, optionsOf([]))
    const [, folder = ''] = /the whole of it is in (.*)/.exec(told.stdout) ?? []
    expect(isAbsolute(folder)).toBe(false)
    expect(existsSync(join(folder, 'summary.txt'))).toBe(true)
  })

  test('removes from its folder only what is its own, and tells from where we are', async () => {
    writeFileSync(join(out, 'thesis.txt'), '')
    mkdirSync(join(out, 'profiles', 'old'), { recursive: true })
    expect(await runBench({ ...bench, setUp: fail }, optionsOf([]))).toBe(5)
    expect(existsSync(join(out, 'thesis.txt'))).toBe(true)
    expect(existsSync(join(out, 'profiles'))).toBe(false)
    expect(told.stderr).toContain(`logs are in ${join(relative('', out), 'logs')}`)
  })

  function optionsOf(args: readonly string[]): Options {
    const command = createCommand({ name: 'fake', description: '', pairs: 2 })
    return command.parse([`--out=${out}`, ...args], { from: 'user' }).opts<Options>()
  }
})

const bench: Bench = {
  name: 'fake',
  goals: [{ id: 'x', text: 'as quick', section: 's', a: 'slow', b: 'quick', limit: { atMost: 1 } }],
  setUp: async () => ({
    skipped: [],
    sections: [
      {
        name: 's',
        title: 'Title',
        workload: {
          client: async ({ remote }) => ({ ms: +remote('') }),
          clients: 1,
          pushesEach: 1,
        },
        pairsPerRound: 1,
        lanes: [laneOf('slow', 20), laneOf('quick', 10)],
        reference: 'quick',
        figure: 'latency',
      },
    ],
  }),
}

async function fail(): Promise<never> {
  throw new PushFailed('no')
}

function laneOf(name: string, ms: number): Lane {
  const server: Server = {
    remote: () => String(ms),
    sshEnvironment: {},
    connect: async () => connection,
    stop: async () => {},
  }
  const start = async ({ nodeOptions }: Site) => {
    const [, folder = ''] = /--cpu-prof-dir="(.*)"/.exec(nodeOptions ?? '') ?? []
    const empty = { nodes: [], startTime: 0, samples: [], timeDeltas: [] }
    writeFileSync(join(folder, 'x.cpuprofile'), JSON.stringify(empty))
    return server
  }
  const contender = { name, description: '', missing: () => undefined, start }
  return { name, contender, server, site: { folder: '' } as Site, apps: [{} as FixtureApp] }
}

const connection: PushConnection = {
  name: '',
  stamps: { startedAt: 0, connectedAt: 0, keyExchangedAt: 0, authenticatedAt: 0 },
  push: async () => ({
    outcome: 'ok',
    reason: null,
    advertised: null,
    update: null,
    stamps: { execAt: 0, advertisedAt: 0, sentAt: 0, reportedAt: 0, doneAt: 0 },
    sentBytes: 0,
    exec: 1,
  }),
  close: async () => {},
}
