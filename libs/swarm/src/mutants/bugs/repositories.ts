import { sleep } from '@keyrace/environment'
import { createSimulatedDisk } from '@keyrace/simulation'
import type { PushDeps, Sabotage } from '@keyrace/testbed'
import { calm } from '../focus.ts'
import type { Mutant } from '../mutant.ts'

/** So many milliseconds apart, entry for entry. */
const betweenEntriesMs = 15
export const often = { source: 'app', intervalMs: 40, graceMs: 0, budget: 100 } as const

export const removedInPlace: Mutant = {
  sentence:
    'a repository is removed in its place, entry for entry, and no lock is taken that pushes take',
  source: 'deis/builder pkg/cleaner/cleaner.go: os.RemoveAll beside a push',
  killedBy: 'removed-under-push',
  where: { strategies: ['poll'], commitCheck: 'none' },
  focus: (plan) => ({ ...calm(plan), reaper: often }),
  plant: () => ({
    reaper(deps) {
      const { clock, random, root } = deps
      return {
        ...deps,
        disk: createSimulatedDisk({ clock, random, latencyMs: { from: 0.1, to: 0.2 } }),
        root: {
          ...root,
          async rename(from) {
            for (const _ of (await root.refs(from)).keys()) await sleep(clock, betweenEntriesMs)
            await root.remove(from)
          },
        },
      }
    },
  }),
}

/** Its lists are those of the first builder's disk. */
export const otherList: Mutant = {
  sentence:
    'a reaper goes by the list of another replica, and never sees what is on its own disk alone',
  source: 'the thread: pod A finds that myapp is deleted, but B and C do not',
  killedBy: 'dead-repository-kept',
  where: { strategies: ['combined'], commitCheck: 'full', replicas: 3 },
  focus: (plan) => ({ ...calm(plan), reaper: often, repositories: 'per-replica' }),
  plant() {
    const roots: { list(): ReturnType<Parameters<Reaper>[0]['root']['list']> }[] = []
    return {
      pushes: withoutRemovals,
      reaper(deps) {
        const { root } = deps
        roots.push(root)
        return { ...deps, root: { ...root, list: () => (roots[0] ?? root).list() } }
      },
    }
  },
}

type Reaper = NonNullable<Sabotage['reaper']>

/** What pushes find gone is left to the reaper. */
export function withoutRemovals(deps: PushDeps): PushDeps {
  return { ...deps, removals: { notice() {}, close: async () => {} } }
}

export const ownRoots: Mutant = {
  sentence: 'each replica has repositories of its own, where all are meant to share them',
  source: 'the thread: pod A finds that myapp is deleted, but B and C do not',
  killedBy: 'forked-history',
  where: { strategies: ['combined'], commitCheck: 'none', replicas: 2 },
  focus: calm,
  plant: () => ({ builder: (deps) => ({ ...deps, root: new Map() }) }),
}

export const silentNoOp: Mutant = {
  ...ownRoots,
  sentence:
    'each replica has repositories of its own, and who goes back to a commit is told that it is there',
  killedBy: 'false-up-to-date',
  focus: (plan) => {
    const [app] = plan.apps
    if (app === undefined) return plan
    const push = { f: 'push', by: app.owner, key: `${app.owner}/1`, app: app.name } as const
    const main = { ...push, ref: 'refs/heads/main' }
    const operations = [
      { ...main, id: 'o1', atMs: 0, replica: 'builder-1', commit: 'good' },
      { ...main, id: 'o2', atMs: 500, replica: 'builder-2', commit: 'bad' },
      { ...main, id: 'o3', atMs: 1_000, replica: 'builder-1', commit: 'good' },
    ]
    return { ...calm(plan), operations }
  },
}

export const noLock: Mutant = {
  sentence: 'nobody waits for anybody who is at work in a repository',
  source: 'of our own: what the lock is there for',
  killedBy: 'two-pushes-at-once',
  where: { strategies: ['combined'], commitCheck: 'none' },
  focus: calm,
  plant: () => ({ pushes: (deps) => ({ ...deps, locks: { acquire: async () => free } }) }),
}

const free = {
  kind: 'held',
  lock: {
    token: 1,
    isHeld: async () => true,
    attach: async () => {},
    release: async () => {},
    retire: async () => {},
  },
} as const
