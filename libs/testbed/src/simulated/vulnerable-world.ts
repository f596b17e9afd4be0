import type { Plan, PlannedFault } from '@keyrace/contracts'
import {
  faults,
  type Impediments,
  type InjectedFault,
  type Network,
  type Nodes,
  type Simulation,
} from '@keyrace/simulation'
import { type ArmPlan, reapersOf } from '../arms.ts'
import { keepersOf } from '../keepers.ts'
import type { Service, SimulatedNode } from './node.ts'
import type { StaleLists } from './stale-lists.ts'

/** Who comes from outside. */
const client = 'client'

/** By what name faults know a node of the network: without the arm; whoever is not of the system is a client. */
export function namesInPlan(plan: Plan, arms: readonly ArmPlan[]): (node: string) => string {
  const names = new Map(['controller', 'etcd', 'kubernetes'].map((name) => [name, name]))
  for (const arm of arms) {
    const reapers = reapersOf(plan, keepersOf(plan, arm)).map(({ name }) => name)
    for (const node of [...arm.replicas, ...reapers]) names.set(`${arm.name}/${node}`, node)
  }
  return (node) => names.get(node) ?? client
}

/** What brings planned faults about in a simulated world. */
export function createInjection(
  { clock, random }: Simulation,
  world: {
    readonly network: Network
    readonly hosts: Nodes
    readonly nodes: readonly SimulatedNode<Service>[]
    readonly nameInPlan: (node: string) => string
    readonly answers: Impediments
    readonly databaseSteps: Impediments
    readonly lists: StaleLists
  },
): (fault: PlannedFault) => InjectedFault {
  const { hosts, nameInPlan, nodes } = world
  const named = (name: string) => nodes.filter((node) => nameInPlan(node.name) === name)
  const vulnerable = {
    ...world,
    clock,
    random,
    restartables: named,
    processes: (name: string) =>
      named(name)
        .flatMap((node) => hosts.host(node.name).process() ?? [])
        .filter((process) => process.isAlive()),
  }
  return (fault) => faults[fault.kind](fault, vulnerable)
}
