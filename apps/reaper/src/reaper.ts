import type { QuirkName, RemovalEvidence } from '@keyrace/contracts'
import { ControllerUnavailable, createControllerClient } from '@keyrace/controller-client'
import {
  type Clock,
  type Disk,
  type Ids,
  type Namespaces,
  NamespacesError,
  type Points,
  type Processes,
  type RepositoryRoot,
  StorageError,
  sleep,
  type Trace,
  type Transport,
} from '@keyrace/environment'
import { askForList, createFileLocks, createRemoval } from '@keyrace/push'
import { createListFirstSweep } from './list-first-sweep.ts'
import type { News } from './news.ts'
import { type SourceName, sources } from './sources.ts'
import { createSweep, type SweepOptions } from './sweep.ts'

export interface ReaperOptions extends SweepOptions {
  /** Whose name stands in the evidence. */
  readonly name: string
  readonly source: SourceName
  /** Between the end of a sweep and the next one. */
  readonly intervalMs: number
  /** For each answer of the controller. */
  readonly timeoutMs: number
  /** Behaviours of the original that are switched on. */
  readonly quirks?: readonly QuirkName[]
}

export interface ReaperDeps {
  readonly clock: Clock
  readonly ids: Ids
  readonly processes: Processes
  /** To the controller, which knows us by this token: that of the builders whose repositories these are. */
  readonly transport: Transport
  readonly token: string
  /** For the source `kubernetes`; closed with the reaper. */
  readonly namespaces?: Namespaces | undefined
  readonly root: RepositoryRoot
  /** Where the builders' locks are. */
  readonly lockDisk: Disk
  readonly trace: Trace<RemovalEvidence>
  readonly tell: (news: News) => void
  readonly points?: Points | undefined
}

/** Sweeps one root, again and again. */
export interface Reaper {
  start(): void
  /** Ends within the removal that is under way. */
  close(): Promise<void>
}

const longestPauseMs = 60_000

export function createReaper(options: ReaperOptions, deps: ReaperDeps): Reaper {
  const { clock, root, tell, points } = deps
  const { intervalMs, timeoutMs } = options
  const controller = createControllerClient({
    transport: deps.transport,
    credentials: { builder: deps.token },
    points,
  })
  const locks = createFileLocks({ clock, disk: deps.lockDisk, processes: deps.processes, points })
  const closing = new AbortController()
  const signal = closing.signal
  const sweep = options.quirks?.includes('list-first')
    ? createListFirstSweep({
        ...{ ...deps, remover: options.name, signal },
        ask: askForList({ controller, timeoutMs }),
      })
    : createSweep(options, {
        ...{ clock, root, tell, signal, lockDisk: deps.lockDisk, points },
        removal: createRemoval({ ...deps, remover: options.name, locks }),
        ask: sources[options.source]({ controller, timeoutMs, namespaces: deps.namespaces }),
      })
  let sweeping: Promise<void> | undefined

  return {
    start() {
      sweeping ??= keepSweeping()
    },
    async close() {
      closing.abort()
      await sweeping
      await deps.transport.close()
      await deps.namespaces?.close()
    },
  }

  async function keepSweeping(): Promise<void> {
    let failures = 0
    while (!closing.signal.aborted) {
      const failure = await sweep().then(() => undefined, asFailure)
      failures = failure === undefined ? 0 : failures + 1
      const pauseMs = Math.max(intervalMs, Math.min(intervalMs * 2 ** failures, longestPauseMs))
      if (failure !== undefined) tell({ kind: 'failed', reason: failure, pauseMs })
      await sleep(clock, pauseMs, closing.signal)
    }
  }
}

const neighbourErrors = [ControllerUnavailable, NamespacesError, StorageError]

function asFailure(error: unknown): string {
  if (neighbourErrors.some((kind) => error instanceof kind)) return (error as Error).message
  throw error
}
