import { type AppGeneration, type RefUpdate, zeroSha } from '@keyrace/contracts'
import { type Clock, type Processes, type Random, sleep } from '@keyrace/environment'
import type { Repositories } from '@keyrace/push'
import { drawLatencyMs, type LatencyMs } from '@keyrace/simulation'
import type { Refs, SimulatedChannel } from './channel.ts'

/** A bare repository, as far as refs go. */
export interface BareRepository {
  refs(): Refs
  /** Makes all updates of a push if their old values are right, or none. */
  move(pushId: string, updates: readonly RefUpdate[]): boolean
  /** Did this push ever make this update, whatever came after it? */
  hasMoved(pushId: string, update: RefUpdate): boolean
}

/** Repositories by name, on a disk that replicas may share. */
export type RepositoryRoot = Map<string, BareRepository>

/** What git takes: to start, to unpack, to move refs. */
export interface GitLatencyMs {
  readonly start: LatencyMs
  readonly unpack: LatencyMs
  readonly move: LatencyMs
}

export interface SimulatedRepositoriesDeps {
  readonly root: RepositoryRoot
  readonly nameOf: (app: AppGeneration) => string
  readonly clock: Clock
  readonly random: Random
  readonly latencyMs: GitLatencyMs
  /** Starts a git process; `end` is what its exit does. */
  readonly startGit: () => { readonly self: Processes['self']; end(): void }
}

/** One replica's way to the repositories: a model of `git receive-pack`. */
export function createSimulatedRepositories(
  deps: SimulatedRepositoriesDeps,
): Repositories<SimulatedChannel> {
  const { clock, random, root, nameOf, latencyMs, startGit } = deps
  const receives = new Map<string, number>()

  return {
    async receive(push, channel, { attached, decide }) {
      const name = nameOf(push)
      const take = stopwatch(name)
      const git = startGit()
      try {
        await attached(JSON.stringify(git.self))
        await take('start')
        const repository = open(name)
        const request = await channel.advertise(repository.refs())
        if (request === undefined || request.updates.length === 0) {
          return { kind: 'nothing-asked', receivedBytes: 0 }
        }
        const { updates, bytes } = request
        await take('unpack')
        const verdict = await decide(updates)
        await take('move')
        const moved = verdict.allowed && repository.move(push.pushId, updates)
        const durableAt = clock.now()
        if (verdict.allowed) channel.report(moved, moved ? null : 'failed to update ref')
        else channel.report(false, verdict.message)
        return { kind: 'received', updates, moved, durableAt, receivedBytes: bytes }
      } finally {
        git.end()
      }
    },
    hasMoved: async (push, update) =>
      root.get(nameOf(push))?.hasMoved(push.pushId, update) ?? false,
  }

  function open(name: string): BareRepository {
    const repository = root.get(name) ?? createBareRepository()
    root.set(name, repository)
    return repository
  }

  // The n-th receive into a repository takes the same, whatever happens in the others.
  function stopwatch(name: string): (phase: keyof GitLatencyMs) => Promise<void> {
    const nth = (receives.get(name) ?? 0) + 1
    receives.set(name, nth)
    return (phase) =>
      sleep(clock, drawLatencyMs(random, latencyMs[phase], `git ${phase}`, name, nth))
  }
}

function createBareRepository(): BareRepository {
  const refs = new Map<string, string>()
  const reflog = new Map<string, readonly RefUpdate[]>()
  return {
    refs: () => refs,
    move(pushId, updates) {
      if (updates.some(({ ref, old }) => (refs.get(ref) ?? zeroSha) !== old)) return false
      for (const { ref, new: target } of updates) refs.set(ref, target)
      reflog.set(pushId, updates)
      return true
    },
    hasMoved: (pushId, { ref, new: target }) =>
      reflog.get(pushId)?.some((moved) => moved.ref === ref && moved.new === target) ?? false,
  }
}
