import {
  type Clock,
  type Random,
  type RepositoryRoot as Root,
  StorageError,
  sleep,
} from '@keyrace/environment'
import { drawLatencyMs, type LatencyMs } from '@keyrace/simulation'
import type { RepositoryRoot } from './repositories.ts'

/** The folder in which an arm's repositories are, for those who remove them. */
export function createSimulatedRoot(deps: {
  readonly root: RepositoryRoot
  readonly clock: Clock
  readonly random: Random
  /** Of each operation, before it happens at one instant. */
  readonly latencyMs: LatencyMs
}): Root {
  const { root, clock, random, latencyMs } = deps
  let operations = 0

  return {
    async list() {
      await seek('list')
      return [...root.keys()].map((name) => ({ name, isFolder: true }))
    },
    async has(name) {
      await seek('has')
      return root.has(name)
    },
    async refs(name) {
      await seek('refs')
      return new Map(root.get(name)?.refs())
    },
    async rename(from, to) {
      await seek('rename')
      const repository = root.get(from)
      if (repository === undefined) throw new StorageError('ENOENT', `there is no ${from}`)
      if (root.has(to)) throw new StorageError('ENOTEMPTY', `there is a ${to}`)
      root.delete(from)
      // Who is at work in it goes on there, as git does in a folder that was moved.
      root.set(to, repository)
    },
    async remove(name) {
      await seek('remove')
      root.get(name)?.destroy()
      root.delete(name)
    },
  }

  function seek(operation: string): Promise<void> {
    return sleep(clock, drawLatencyMs(random, latencyMs, `root ${operation}`, `${++operations}`))
  }
}
