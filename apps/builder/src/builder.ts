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
  type KeyValueStore,
  type Namespaces,
  type PrivateFiles,
  type Processes,
  type RepositoryRoot,
  type Trace,
  type Transport,
  timedOut,
  within,
  withoutDeadlines,
} from '@keyrace/environment'
import { type Strategy, withQuirks } from '@keyrace/key-lookup'
import {
  askPerApp,
  createLocks,
  createNoticedRemovals,
  createPushService,
  createRemoval,
  type PushRequest,
  repositoryNaming,
} from '@keyrace/push'
import type { Logger } from 'pino'
import { createGitRepositories } from './repositories/git-repositories.ts'
import type { SshChannel } from './ssh/ssh-channel.ts'
import { createSshServer } from './ssh/ssh-server.ts'

export interface BuilderOptions {
  /** Stable over restarts: releases that are left pending are found again by it. */
  readonly replica: string
  readonly listen: { readonly host: string; readonly port: number }
  /** Texts of private keys, the same for all replicas, the preferred one first. */
  readonly hostKeys: readonly string[]
  /** The folder in which the repositories are. */
  readonly repositories: string
  readonly strategy: Strategy
  readonly knobs: Knobs
  readonly commitCheck: CommitCheck
  readonly lock: LockName
  /** The repositories are this replica's alone, and not those of all replicas. */
  readonly ownRepositories: boolean
  /** Behaviours of the original that are switched on. */
  readonly quirks: readonly QuirkName[]
  /** How long a push waits for another one to the same app. */
  readonly lockTimeoutMs: number
  /** How long the git of one push may take. */
  readonly gitTimeoutMs: number
  /** Only a test leaves Nagle's algorithm on. */
  readonly noDelay?: boolean
}

export interface BuilderDeps {
  readonly clock: Clock
  readonly bootClock?: () => number
  readonly ids: Ids
  readonly processes: Processes
  /** To the controller, which knows us by this token. */
  readonly transport: Transport
  readonly token: string
  /** For what the strategy keeps on disk. */
  readonly files: PrivateFiles
  /** For strategies that need them; closed with the builder. */
  readonly keyValueStore?: KeyValueStore | undefined
  readonly namespaces?: Namespaces | undefined
  /** Where the controller calls us; only some strategies want that. */
  readonly inbox?: Inbox
  /** Where the locks are: shared by all who share the repositories. */
  readonly lockDisk: Disk
  /** The repositories' folder again, for removing from it. */
  readonly root: RepositoryRoot
  readonly trace: Trace<PushEvidence>
  readonly removalTrace: Trace<RemovalEvidence>
  readonly log: Logger
}

export interface Builder {
  /** Rejects with the system's error where the address cannot be had. */
  start(): Promise<{ readonly host: string; readonly port: number }>
  /** Takes no more pushes, lets the running ones end for `drainMs`, ends the others. */
  close(options: { readonly drainMs: number }): Promise<void>
}

/** How long the controller may take to say what became of an app. */
const askTimeoutMs = 5_000
/** Pushes whose git was ended come to their own end within this. */
const lastWordsMs = 5_000

export function createBuilder(options: BuilderOptions, deps: BuilderDeps): Builder {
  const { clock, log, root } = deps
  const { replica, quirks } = options
  const controller = createControllerClient({
    transport: quirks.includes('no-deadlines') ? withoutDeadlines(deps.transport) : deps.transport,
    credentials: { builder: deps.token },
  })
  const strategy = withQuirks(options.strategy, quirks)
  const lookup = strategy.create({ ...deps, replica, controller }, options.knobs)
  const locks = createLocks(options, {
    clock,
    disk: deps.lockDisk,
    processes: deps.processes,
    waitMs: options.lockTimeoutMs,
  })
  const nameOf = repositoryNaming(quirks)
  const repositories = createGitRepositories({
    clock,
    root: options.repositories,
    nameOf,
    timeoutMs: options.gitTimeoutMs,
    onComplaint: ({ pushId }, text) => log.debug({ pushId, text }, 'git'),
  })
  const removal = createRemoval({ ...deps, remover: replica, locks, trace: deps.removalTrace })
  const pushes = createPushService({
    ...deps,
    replica,
    controller,
    lookup,
    locks,
    repositories,
    commitCheck: options.commitCheck,
    ownRepositories: options.ownRepositories ? { root, nameOf } : undefined,
    removals: createNoticedRemovals({
      ...deps,
      removal,
      ask: askPerApp({ controller, timeoutMs: askTimeoutMs }),
    }),
  })
  const ssh = createSshServer({
    clock,
    lookup,
    hostKeys: options.hostKeys,
    noDelay: options.noDelay ?? true,
    onExec: take,
    onFault: (error, connection) =>
      log.error({ connection, err: error }, 'a connection failed by a fault of ours'),
  })
  let isClosing = false

  return {
    async start() {
      await lookup.start()
      pushes.start()
      const { address, port } = await ssh.listen(options.listen)
      return { host: address, port }
    },
    async close({ drainMs }) {
      isClosing = true
      ssh.stopListening()
      if ((await within(clock, drainMs, pushes.ended())) === timedOut) {
        log.warn({ pushes: pushes.running() }, 'drained in vain')
        repositories.stop()
        await within(clock, lastWordsMs, pushes.ended())
      }
      await ssh.close()
      await pushes.close()
      await lookup.close()
      await deps.transport.close()
      await deps.keyValueStore?.close()
      await deps.namespaces?.close()
    },
  }

  function take(request: PushRequest<SshChannel>) {
    if (isClosing) request.channel.refuse('unavailable: this builder is going away: push again')
    else void serve(request)
  }

  async function serve(request: PushRequest<SshChannel>): Promise<void> {
    const { connection, exec } = request
    const startedAt = clock.now()
    try {
      const { pushId, app, outcome, reason } = await pushes.push(request)
      const ms = clock.now() - startedAt
      log.info({ connection, exec, pushId, app, outcome, reason, ms }, 'push')
    } catch (error) {
      log.error({ connection, exec, err: error }, 'push failed by a fault of ours')
    }
  }
}
