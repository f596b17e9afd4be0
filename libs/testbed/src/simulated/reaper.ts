import type { Plan, ReaperPlan, RemovalEvidence } from '@keyrace/contracts'
import {
  type Clock,
  type Disk,
  type Ids,
  type Namespaces,
  type Points,
  type Random,
  type RepositoryRoot,
  sleep,
  type Trace,
  type Transport,
} from '@keyrace/environment'
import { createReaper } from '@keyrace/reaper'
import { drawLatencyMs, type ProcessTable } from '@keyrace/simulation'
import type { Service } from './node.ts'

const timeoutMs = 5_000
/** A list of everything takes longer than an answer about one thing: when it comes it is old. */
const answerLatencyMs = { from: 5, to: 60 }

export interface SimulatedReaperDeps {
  /** Whose name stands in the evidence. */
  readonly name: string
  readonly clock: Clock
  readonly random: Random
  readonly ids: Ids
  readonly processTable: ProcessTable
  readonly transport: Transport
  readonly namespaces: Namespaces | undefined
  readonly token: string
  readonly root: RepositoryRoot
  readonly disk: Disk
  readonly trace: Trace<RemovalEvidence>
  /** Told when a sweep was given up. */
  readonly onFailure: () => void
  readonly points?: Points | undefined
}

/** The reaper that runs in production, over the arm's repositories and locks. */
export function createSimulatedReaper(
  { reaper, quirks }: Plan,
  deps: SimulatedReaperDeps,
): Service {
  const processes = deps.processTable.start(deps.name)
  const { start, close } = createReaper(
    { ...(reaper as ReaperPlan), name: deps.name, quirks, dryRun: false, timeoutMs },
    {
      ...deps,
      transport: slowly(deps),
      lockDisk: deps.disk,
      processes,
      tell: ({ kind }) => kind === 'failed' && deps.onFailure(),
    },
  )
  return {
    start: async () => start(),
    close,
    onKilled: () => deps.processTable.kill(processes.self),
  }
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
      const key = Math.round(clock.now() * 1000)
      await sleep(clock, drawLatencyMs(random, answerLatencyMs, 'reaper', 'answer', key))
      return answer
    },
    close: () => transport.close(),
  }
}
