import type { Run } from '@keyrace/contracts'
import { examplePlan, exampleRecord } from '@keyrace/report/testing'
import type { Scenario } from '@keyrace/scenarios'
import { nothingYet } from '@keyrace/swarm'
import type { Deps } from '../deps.ts'

type Listener = (signal: 'SIGINT' | 'SIGTERM') => void

/** A process that only remembers, a clock that stands, and a scenario that plays by script. */
export function fakeDeps(changes: Partial<Deps> = {}) {
  const written = { stdout: '', stderr: '' }
  const exits: number[] = []
  const listeners = new Set<Listener>()
  const time = { nowMs: 0 }
  const output = (stream: 'stdout' | 'stderr') => ({
    write(text: string) {
      written[stream] += text
    },
  })
  const deps: Deps = {
    version: '1.2.3',
    scenarios: { 'deletion-race': scenario('deletion-race'), 'other-race': scenario('other-race') },
    runScenario: async (_, plan, { signal }) =>
      artifacts({ seed: plan.seed, interrupted: signal.aborted }),
    inRealWorld: () => Promise.reject(new Error('a fake starts no system')),
    playWorld: () => Promise.reject(new Error('a fake plays no world')),
    startSwarmPool: () => ({
      size: 1,
      // A search with a budget ends only where time goes on.
      async explore() {
        time.nowMs += 60_000
        return nothingYet
      },
      close: async () => {},
    }),
    startHunterPool: () => ({
      size: 1,
      hunt: () => Promise.reject(new Error('a fake hunts nobody')),
      close: async () => {},
    }),
    checks: [{ name: 'machine', examine: () => ({ status: 'ok', found: 'a good one' }) }],
    clock: { now: () => time.nowMs, wall: () => 0, timer: () => () => {} },
    randomSeed: () => 4_711,
    process: {
      stdout: output('stdout'),
      stderr: output('stderr'),
      env: {},
      on: (_, listener) => listeners.add(listener),
      off: (_, listener) => listeners.delete(listener),
      exit: (code) => exits.push(code),
    },
    ...changes,
  }
  const send: Listener = (signal) => {
    for (const listener of listeners) listener(signal)
  }
  return { deps, written, exits, time, send, listeners }
}

/** What a scenario resolves to, with a run that differs from the example as said. */
export function artifacts(changes: Partial<Run> = {}) {
  const record = exampleRecord()
  return { ...record, run: { ...record.run, ...changes } }
}

export function scenario(name: string): Scenario {
  const plan = examplePlan()
  const { schemaVersion, scenario: _, mode, seed, target, client, workers, ...rest } = plan
  const { failOnWorse, thresholds, ...defaults } = rest
  return {
    name,
    description: `what ${name} does`,
    story: '',
    defaults,
    run: () => Promise.reject(new Error('a fake is not played')),
  }
}
