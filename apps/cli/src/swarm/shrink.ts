import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { SwarmViolation } from '@keyrace/contracts'
import { plural } from '@keyrace/report'
import { type DrawOptions, drawPlan, shrinkWorld } from '@keyrace/swarm'
import { SetupError } from '@keyrace/testbed'
import type { Deps, Output } from '../deps.ts'
import { replayWorld } from '../replay/replay-world.ts'

/** Beyond that what has been found must do. */
const bounds = { attempts: 5_000, ms: 10_000 }

/** Makes the first violation as small as it gets, writes it down, and tells its story. */
export async function tellViolation(
  deps: Pick<Deps, 'playWorld' | 'process' | 'clock'>,
  { seed }: SwarmViolation,
  { options, folder, output }: { options: DrawOptions; folder: string; output: Output },
): Promise<void> {
  const drawn = drawPlan(seed, options)
  output.write(`\nshrinking seed ${seed}\n`)
  const shrunk = await shrinkWorld(drawn, { ...bounds, clock: deps.clock }, deps.playWorld)
  const plan = shrunk?.plan ?? drawn
  const made = `${plural(drawn.operations.length, 'operation')} and ${plural(drawn.faults.length, 'fault')}`
  const left = `${plural(plan.operations.length, 'operation')} and ${plural(plan.faults.length, 'fault')}`
  output.write(`${made} became ${left} in ${plural(shrunk?.attempts ?? 0, 'attempt')}\n\n`)
  const named = join(folder, 'plan.json')
  const process = { ...deps.process, stdout: output }
  try {
    await replayWorld({ ...deps, process }, { kind: 'world', plan, named }, { out: folder })
  } catch (error) {
    if (error instanceof SetupError) throw error
    // A world that cannot be played to its end has neither history nor story.
    await mkdir(folder, { recursive: true })
    await writeFile(named, `${JSON.stringify(plan, null, 2)}\n`)
    output.write(`It cannot be played to its end: ${error}\n`)
  }
  output.write(`npx keyrace replay ${named}\n`)
}
