import type { AppGeneration } from '@keyrace/contracts'
import { type Clock, type Processes, type Random, sleep } from '@keyrace/environment'
import type { CommitVerdict, Repositories } from '@keyrace/push'
import { drawLatencyMs, type LatencyMs } from '@keyrace/simulation'
import type { SimulatedChannel } from './channel.ts'
import { type BareRepository, createBareRepository } from './git-model.ts'
import { receiptOf } from './receipt.ts'
import { type Phase, receivePack } from './receive-pack.ts'

/** Repositories by name, on a disk that replicas may share. */
export type RepositoryRoot = Map<string, BareRepository>

/** What git takes: to start, to unpack, to move a ref. */
export type GitLatencyMs = Readonly<Record<Phase, LatencyMs>>

/** A git process, whose life is its own: it goes on where its builder was killed. */
export interface GitProcess {
  readonly self: Processes['self']
  /** What its exit does. */
  end(): void
}

export interface SimulatedRepositoriesDeps {
  readonly root: RepositoryRoot
  readonly nameOf: (app: AppGeneration) => string
  /** Of the host: it goes on for git where the builder was killed. */
  readonly clock: Clock
  readonly random: Random
  readonly latencyMs: GitLatencyMs
  readonly startGit: () => GitProcess
}

/** One replica's way to the repositories: what the builder does around `git receive-pack`, over a model of git. */
export interface SimulatedRepositories extends Repositories<SimulatedChannel> {
  /** The builder was killed. Git lives on: it hears no verdict any more, and those that it has heard it carries out. */
  abandon(): void
  /** The host went down: git stops where it is. */
  kill(): void
}

/** One git process at work, as far as its builder can lose it. */
interface Work {
  readonly git: GitProcess
  isKilled: boolean
  isAbandoned: boolean
  /** What it waits for does not come any more. */
  giveUp(): void
}

export function createSimulatedRepositories(
  deps: SimulatedRepositoriesDeps,
): SimulatedRepositories {
  const { clock, random, root, nameOf, latencyMs, startGit } = deps
  const receives = new Map<string, number>()
  const working = new Set<Work>()

  return {
    async receive(push, channel, { attached, decide }) {
      const name = nameOf(push)
      const take = stopwatch(name)
      const repository = open(name)
      const work: Work = { git: startGit(), isKilled: false, isAbandoned: false, giveUp() {} }
      working.add(work)
      const attaching = attached(JSON.stringify(work.git.self))
      // It is waited for below, once git has ended.
      attaching.catch(() => {})
      let deciding: Promise<CommitVerdict> | undefined
      const progress = await receivePack({
        repository,
        committer: push.pushId,
        channel: {
          advertise: (refs) => unlessAbandoned(work, channel.advertise(refs)),
          report: channel.report,
        },
        ask(updates) {
          deciding = attaching.then(() => decide(updates))
          return unlessAbandoned(work, deciding)
        },
        async take(phase) {
          await take(phase)
          return !work.isKilled
        },
      })
      end(work)
      // Whoever waits for a builder that was killed is gone with it.
      if (work.isAbandoned) return new Promise(() => {})
      await attaching
      await deciding
      const find = () => root.get(name)
      const takeUndoing = () => take('move')
      return receiptOf({ clock, find, committer: push.pushId, takeUndoing }, progress)
    },
    hasMoved: async (push, update) =>
      root.get(nameOf(push))?.hasMoved(update, push.pushId) ?? false,
    abandon() {
      for (const work of working) {
        work.isAbandoned = true
        work.giveUp()
      }
    },
    kill() {
      for (const work of working) {
        work.isAbandoned = true
        work.isKilled = true
        end(work)
      }
    },
  }

  function open(name: string): BareRepository {
    const repository = root.get(name) ?? createBareRepository()
    root.set(name, repository)
    return repository
  }

  // The n-th receive into a repository takes the same, whatever happens in the others.
  function stopwatch(name: string): (phase: Phase) => Promise<void> {
    const nth = (receives.get(name) ?? 0) + 1
    receives.set(name, nth)
    const [stream, operation] = [`git ${name}`, `${nth}`]
    let hop = 0
    return (phase) =>
      sleep(clock, drawLatencyMs(random, latencyMs[phase], stream, operation, hop++))
  }

  function end(work: Work): void {
    if (working.delete(work)) work.git.end()
  }
}

function unlessAbandoned<T>(work: Work, answer: Promise<T>): Promise<T | undefined> {
  return new Promise((resolve) => {
    work.giveUp = () => resolve(undefined)
    if (work.isAbandoned) work.giveUp()
    answer.then(resolve, work.giveUp)
  })
}
