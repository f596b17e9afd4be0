import type { PlannedFault } from '@keyrace/contracts'
import type { Clock, Random } from '@keyrace/environment'
import type { Network } from '../ports/network.ts'
import type { SimulatedProcess } from '../ports/nodes.ts'
import type { Impediments } from './impediments.ts'

/** How a kind of fault comes about, from now on. */
export type Fault = (planned: PlannedFault, world: Vulnerable) => InjectedFault

/** A fault that is there. */
export interface InjectedFault {
  heal(): void
  /** How many messages, steps or reads it has touched: a fault without effect has tested nothing. */
  effects(): number
}

/** What faults get at. Nodes have the names that plans give them; one name may stand for a node in every arm. */
export interface Vulnerable {
  readonly clock: Clock
  /** Everything that is drawn for a fault is keyed by its id: it never disturbs what is drawn for another. */
  readonly random: Random
  readonly network: Network
  /** From the name of a node on the network. */
  nameInPlan(node: string): string
  /** Those that are alive now. */
  processes(node: string): readonly SimulatedProcess[]
  restartables(node: string): readonly Restartable[]
  /** Calls that the controller answers. */
  readonly answers: Impediments
  /** Steps of transactions. */
  readonly databaseSteps: Impediments
  /** Answers to lists by neighbours, `etcd` and `kubernetes`, or all that one node asks for. */
  readonly lists: Freezable
}

/** What runs on a node, and can be killed. */
export interface Restartable {
  /** Tells whether it was alive. */
  kill(options: { readonly withoutDisk: boolean }): boolean
  /** Undoes one kill: once all are undone, the next process is started. */
  restart(): void
}

/** What can go on to show what it shows now. */
export interface Freezable {
  freeze(node: string): InjectedFault
}

/** Counts from now until it is healed. */
export function counted(count: () => number, heal: () => void): InjectedFault {
  const before = count()
  let after: number | undefined
  return {
    heal() {
      if (after !== undefined) return
      after = count()
      heal()
    },
    effects: () => (after ?? count()) - before,
  }
}
