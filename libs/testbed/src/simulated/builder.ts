import assert from 'node:assert/strict'
import type {
  CommitCheck,
  Knobs,
  LockName,
  PushEvidence,
  QuirkName,
  RemovalEvidence,
} from '@keyrace/contracts'
import { createControllerClient } from '@keyrace/controller-client'
import {
  type Clock,
  type Disk,
  type Ids,
  type Inbox,
  type Points,
  type PrivateFiles,
  type Random,
  type RepositoryRoot as RootFolder,
  type Trace,
  type Transport,
  withoutDeadlines,
} from '@keyrace/environment'
import { type Strategy, withQuirks } from '@keyrace/key-lookup'
import {
  askPerApp,
  type Connection,
  createConnection,
  createLocks,
  createNoticedRemovals,
  createPushService,
  createRemoval,
  repositoryNaming,
} from '@keyrace/push'
import type { ProcessTable, SimulatedProcess } from '@keyrace/simulation'
import type { SimulatedChannel } from './channel.ts'
import { throughPipes } from './git-pipes.ts'
import type { Neighbours } from './neighbours.ts'
import type { Service } from './node.ts'
import {
  createSimulatedRepositories,
  type GitLatencyMs,
  type RepositoryRoot,
  type SimulatedRepositories,
} from './repositories.ts'
import type { PushDeps, Seams } from './sabotage.ts'

export interface SimulatedBuilderDeps {
  readonly replica: string
  readonly strategy: Strategy
  readonly knobs: Knobs
  readonly commitCheck: CommitCheck
  readonly lock: LockName
  readonly quirks: readonly QuirkName[]
  readonly process: SimulatedProcess
  /** Of the host, which git has as well. */
  readonly hostClock: Clock
  readonly random: Random
  readonly ids: Ids
  readonly transport: Transport
  /** Where the controller calls it. */
  readonly inbox: Inbox
  readonly neighbours: Neighbours
  /** The arm's token at the controller. */
  readonly token: string
  /** Shared by the arm's replicas, as the disk is, or (`ownRepositories`) this one's alone. */
  readonly root: RepositoryRoot
  readonly ownRepositories: boolean
  /** The same again, for removing from it. */
  readonly folder: RootFolder
  readonly disk: Disk
  /** Of this replica; it outlives the process. */
  readonly files: PrivateFiles
  readonly points?: Points | undefined
  readonly processTable: ProcessTable
  readonly trace: Trace<PushEvidence>
  readonly removalTrace: Trace<RemovalEvidence>
  /** Where a bug may be planted. */
  readonly seams: Pick<Seams, 'pushes' | 'channel'>
}

/** A builder without SSH: everything behind the wire is what runs in production. */
export interface SimulatedBuilder extends Service {
  /** `client`: the client's end of the connection. */
  accept(client: string): SimulatedSession
  /** Lets the running pushes end. */
  close(): Promise<void>
}

/** One connection, as its client can use it. */
export interface SimulatedSession extends Pick<Connection, 'probe' | 'authenticate'> {
  /** As long as the process lives. */
  isOpen(): boolean
  /** Only after a signature verified. The channel tells how it goes on. */
  exec(command: string, channel: SimulatedChannel): void
}

/** What git takes on a machine that has little else to do. */
const gitLatencyMs: GitLatencyMs = {
  start: { from: 2, to: 6 },
  unpack: { from: 1, to: 4 },
  move: { from: 0.5, to: 2 },
}

/** How long the controller may take to say what became of an app. */
const askTimeoutMs = 5_000

export function createSimulatedBuilder(deps: SimulatedBuilderDeps): SimulatedBuilder {
  const { disk, folder, ids, points, process, processTable, quirks, replica, seams, trace } = deps
  const { clock } = process
  const hasDeadlines = !quirks.includes('no-deadlines')
  const transport = hasDeadlines ? deps.transport : withoutDeadlines(deps.transport)
  const processes = processTable.start(replica)
  const repositories = createRepositories(deps)
  const controller = createControllerClient({
    ...{ transport, points },
    credentials: { builder: deps.token },
  })
  const lookup = withQuirks(deps.strategy, quirks).create(
    {
      ...{ replica, clock, ids, controller, inbox: deps.inbox, ...deps.neighbours },
      ...{ bootClock: clock.boot, files: deps.files, points },
    },
    deps.knobs,
  )
  const locks = createLocks(deps, { disk, clock, processes, points })
  const nameOf = repositoryNaming(quirks)
  const removal = createRemoval({
    ...{ remover: replica, clock, ids, root: folder, locks, points },
    trace: deps.removalTrace,
  })
  const pushDeps: PushDeps = {
    replica,
    clock,
    ids,
    controller,
    lookup,
    locks,
    repositories: throughPipes(process, repositories),
    commitCheck: deps.commitCheck,
    ownRepositories: deps.ownRepositories ? { root: folder, nameOf } : undefined,
    points,
    trace,
    removals: createNoticedRemovals({
      ...{ clock, root: folder, removal },
      ask: askPerApp({ controller, timeoutMs: askTimeoutMs }),
    }),
  }
  const pushes = createPushService(seams.pushes(pushDeps))

  return {
    async start() {
      await lookup.start()
      pushes.start()
    },
    accept(client) {
      const connection = createConnection({ clock, lookup })
      let execs = 0
      return {
        isOpen: process.isAlive,
        probe: connection.probe,
        authenticate: connection.authenticate,
        exec(command, towards) {
          const channel = seams.channel(towards)
          const identity = connection.identity()
          assert(identity !== undefined, 'an exec request before a signature verified')
          // Where it rejects we are at fault: left unhandled, that fails the run.
          void pushes.push({ command, channel, identity, connection: client, exec: ++execs })
        },
      }
    },
    onKilled({ withoutDisk }) {
      processTable.kill(processes.self)
      // A host that loses its disk goes down as a whole.
      if (withoutDisk) repositories.kill()
      else repositories.abandon()
    },
    async close() {
      await pushes.ended()
      await pushes.close()
      await lookup.close()
      await transport.close()
      processTable.kill(processes.self)
    },
  }
}

function createRepositories(deps: SimulatedBuilderDeps): SimulatedRepositories {
  const { hostClock, processTable, quirks, random, replica, root } = deps
  return createSimulatedRepositories({
    root,
    nameOf: repositoryNaming(quirks),
    clock: hostClock,
    random,
    latencyMs: gitLatencyMs,
    startGit() {
      const { self } = processTable.start(replica)
      return { self, end: () => processTable.kill(self) }
    },
  })
}
