import { readFileSync } from 'node:fs'
import { realClock } from '@keyrace/environment/real'
import { runScenario, scenarios } from '@keyrace/scenarios'
import { playWorld } from '@keyrace/swarm'
import { startHunterPool, startThreadPool } from '@keyrace/swarm/real'
import { inRealWorld } from '@keyrace/testbed'
import { createCli } from './cli.ts'
import { checks } from './doctor/checks.ts'

/** The command as a process: resolves to its exit code. */
export function main(args: readonly string[]): Promise<number> {
  const manifest = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'))
  // A reader such as head may have gone; that is no fault of the run.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error
  })
  const cli = createCli({
    version: manifest.version,
    scenarios,
    runScenario,
    inRealWorld,
    playWorld,
    startSwarmPool: () => startThreadPool(),
    startHunterPool: () => startHunterPool(),
    checks,
    clock: realClock,
    randomSeed: () => crypto.getRandomValues(new Uint32Array(1))[0] ?? 0,
    process,
  })
  return cli(args)
}
