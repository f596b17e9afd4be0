import type { Cancel } from '@keyrace/environment'
import type { Kernel } from '../kernel.ts'
import { createProcessClock, type ProcessClock } from './clock.ts'

/** One life of a process. Everything that happens in it begins with something that enters it. */
export interface SimulatedProcess {
  readonly node: string
  readonly clock: ProcessClock
  /** Runs now; where it stands still, once it goes on, in order; where it is dead, never. */
  enter(run: () => void): void
  isAlive(): boolean
  /** Calls back when it dies. */
  onDeath(mourn: () => void): Cancel
  /** Nothing of it ever goes on: no timer, no answer, no message. Harmless once it is dead. */
  kill(): void
  /** It stands still until the returned function is called, and nobody else keeps it. */
  hold(): () => void
  /** How many entries have had to wait. */
  held(): number
}

/** An end of links. */
export interface Node {
  readonly name: string
  /** The last one that was started, dead or alive; undefined where what happens there is nobody's. */
  process(): SimulatedProcess | undefined
}

/** Where processes run: one at a time on each. */
export interface Host extends Node {
  /** Kills the one before. */
  start(): SimulatedProcess
}

export interface Nodes {
  host(name: string): Host
  /** The host of that name. Where there is none yet, what happens is nobody's for good. */
  find(name: string): Node
}

export function createNodes(kernel: Kernel): Nodes {
  const hosts = new Map<string, Host>()
  return {
    host(name) {
      const host = hosts.get(name) ?? createHost(kernel, name)
      hosts.set(name, host)
      return host
    },
    find: (name) => hosts.get(name) ?? { name, process: () => undefined },
  }
}

function createHost(kernel: Kernel, name: string): Host {
  let last: SimulatedProcess | undefined
  return {
    name,
    process: () => last,
    start() {
      last?.kill()
      last = createProcess(kernel, name)
      return last
    },
  }
}

function createProcess(kernel: Kernel, node: string): SimulatedProcess {
  const mourners = new Set<() => void>()
  let state: 'running' | 'waiting' | 'dead' = 'running'
  let holders = 0
  let held = 0
  let waiting: (() => void)[] = []

  return {
    node,
    clock: createProcessClock(kernel, enter),
    enter,
    isAlive: () => state !== 'dead',
    onDeath(mourn) {
      mourners.add(mourn)
      return () => void mourners.delete(mourn)
    },
    kill() {
      if (state === 'dead') return
      state = 'dead'
      waiting = []
      for (const mourn of mourners) mourn()
      mourners.clear()
    },
    hold() {
      let isHolding = true
      holders++
      if (state === 'running') state = 'waiting'
      return () => {
        if (!isHolding) return
        isHolding = false
        if (--holders === 0) goOn()
      }
    },
    held: () => held,
  }

  function enter(run: () => void): void {
    if (state === 'running') {
      run()
    } else if (state === 'waiting') {
      held++
      waiting.push(run)
    }
  }

  /** One event each, as they would have come; what comes meanwhile queues behind them. */
  function goOn(): void {
    kernel.schedule(0, 'go on', () => {
      if (state !== 'waiting' || holders > 0) return
      const next = waiting.shift()
      if (next === undefined) {
        state = 'running'
      } else {
        next()
        goOn()
      }
    })
  }
}
