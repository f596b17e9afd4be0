import type { Plan, RemovalEvidence } from '@keyrace/contracts'
import {
  type Clock,
  type Disk,
  type Ids,
  type Random,
  type RepositoryRoot,
  sleep,
  type Trace,
  type Transport,
} from '@keyrace/environment'
import { createReaper, type Reaper } from '@keyrace/reaper'
import { drawLatencyMs, type ProcessTable } from '@keyrace/simulation'
import { reaperName } from '../arms.ts'

const timeoutMs = 5_000
/** A list of everything takes longer than an answer about one thing: when it comes it is old. */
const answerLatencyMs = { from: 5, to: 60 }

/** The reaper that runs in production, over the arm's repositories and locks. */
export function createSimulatedReaper(
  reaper: NonNullable<Plan['reaper']>,
  deps: {
    readonly clock: Clock
    readonly random: Random
    readonly ids: Ids
    readonly processTable: ProcessTable
    readonly transport: Transport
    readonly token: string
    readonly root: RepositoryRoot
    readonly disk: Disk
    readonly trace: Trace<RemovalEvidence>
  },
): Reaper {
  return createReaper(
    { ...reaper, name: reaperName, dryRun: false, timeoutMs },
    {
      ...deps,
      transport: slowly(deps),
      lockDisk: deps.disk,
      processes: deps.processTable.start(reaperName),
      tell: () => {},
    },
  )
}

function slowly(deps: {
  readonly clock: Clock
  readonly random: Random
  readonly transport: Transport
}): Transport {
  const { clock, random, transport } = deps
  return {
    async call(call) {
      const answer = await transport.call(call)
      await sleep(clock, drawLatencyMs(random, answerLatencyMs, 'reaper', `${clock.now()}`))
      return answer
    },
    close: () => transport.close(),
  }
}
