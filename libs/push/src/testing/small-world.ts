import type { Clock, Disk, Processes, ProcessIdentity } from '@keyrace/environment'

/** One process: its view of disk, time and the others. */
export interface SmallProcess {
  readonly disk: Disk
  readonly clock: Clock
  readonly processes: Processes
  /** Nothing of it happens any more, wherever it was. */
  kill(): void
  /** Stopped and not dead: whatever it waits for happens after `resume`. */
  pause(): void
  resume(): void
}

/**
 * Hosts, processes and a shared disk in memory. Nothing happens by itself: `step` lets one waiting disk
 * operation happen, or the next timer fire: the `choose`-th. So every interleaving can be had.
 */
export interface SmallWorld {
  start(host: string): SmallProcess
  /** False when nothing was waiting. Settles all promises before it returns. */
  step(choose: number): Promise<boolean>
  /** Steps, first things first, until the promise settles. */
  finish<T>(promise: Promise<T>): Promise<T>
  readonly files: ReadonlyMap<string, string>
}

interface Waiting {
  readonly pid: number
  /** Undefined: a disk operation, which takes no time once it happens. */
  readonly at: number | undefined
  readonly happen: () => void
}

export function createSmallWorld(): SmallWorld {
  const files = new Map<string, string>()
  const alive = new Set<number>()
  const paused = new Set<number>()
  let waiting: Waiting[] = []
  let now = 0
  let lastPid = 0

  const world: SmallWorld = {
    files,
    start(host) {
      const pid = ++lastPid
      alive.add(pid)
      return {
        clock: clockOf(pid),
        disk: diskOf(pid),
        processes: processesOf({ host, pid, startedAt: '1' }),
        kill() {
          alive.delete(pid)
          waiting = waiting.filter((one) => one.pid !== pid)
        },
        pause: () => paused.add(pid),
        resume: () => paused.delete(pid),
      }
    },
    async step(choose) {
      const running = waiting.filter(({ pid }) => !paused.has(pid))
      const operations = running.filter(({ at }) => at === undefined)
      const soonest = Math.min(...running.map(({ at = Number.POSITIVE_INFINITY }) => at))
      const possible = [...operations, ...running.filter(({ at }) => at === soonest)]
      const next = possible[choose % possible.length]
      if (next === undefined) return false
      waiting = waiting.filter((one) => one !== next)
      now = Math.max(now, next.at ?? now)
      next.happen()
      await new Promise(setImmediate)
      return true
    },
    async finish(promise) {
      let settled = false
      const settle = () => {
        settled = true
      }
      promise.then(settle, settle)
      await new Promise(setImmediate)
      while (!settled && (await world.step(0)));
      if (!settled) throw new Error('nothing is left that could settle it')
      return promise
    },
  }
  return world

  function clockOf(pid: number): Clock {
    return {
      now: () => now,
      wall: () => now,
      timer(delayMs, happen) {
        const timer = { pid, at: now + delayMs, happen }
        wait(timer)
        return () => {
          waiting = waiting.filter((one) => one !== timer)
        }
      },
    }
  }

  function wait(one: Waiting) {
    if (alive.has(one.pid)) waiting.push(one)
  }

  function diskOf(pid: number): Disk {
    const later = <T>(operation: () => T) =>
      new Promise<T>((resolve) => {
        wait({ pid, at: undefined, happen: () => resolve(operation()) })
      })
    return {
      create: (path, text) => later(() => !files.has(path) && files.set(path, text) === files),
      append: (path, text) =>
        later(() => void (files.has(path) && files.set(path, files.get(path) + text))),
      read: (path) => later(() => files.get(path)),
      list: (folder) =>
        later(() =>
          [...files.keys()]
            .filter((path) => path.startsWith(`${folder}/`))
            .map((path) => path.slice(folder.length + 1)),
        ),
      remove: (path) => later(() => void files.delete(path)),
      removeFolder: () => later(() => {}),
    }
  }

  function processesOf(self: ProcessIdentity): Processes {
    return {
      self,
      isAlive: ({ host, pid }) => (host === self.host ? alive.has(pid) : undefined),
    }
  }
}
