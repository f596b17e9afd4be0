import type { Plan, PushEvidence, RemovalEvidence } from '@keyrace/contracts'
import type { Transport } from '@keyrace/environment'
import { strategies } from '@keyrace/key-lookup'
import {
  createSimulatedDisk,
  type Inboxes,
  type Network,
  type ProcessTable,
  type Simulation,
} from '@keyrace/simulation'
import { type ArmPlan, reapersOf } from '../arms.ts'
import { type Keeper, keepersOf } from '../keepers.ts'
import type { Arm } from '../world.ts'
import { createSimulatedBuilder } from './builder.ts'
import type { Neighbours } from './neighbours.ts'
import { connectSimulated } from './push-client.ts'
import { createSimulatedReaper } from './reaper.ts'
import type { RepositoryRoot } from './repositories.ts'
import { createSimulatedRoot } from './repository-root.ts'

export interface SimulatedArmDeps {
  readonly simulation: Simulation
  readonly network: Network
  readonly inboxes: Inboxes
  readonly neighboursOf: (node: string) => Neighbours
  readonly processTable: ProcessTable
  /** To the controller. */
  readonly transportFrom: (node: string) => Transport
  readonly token: string
}

export interface SimulatedArm {
  readonly arm: Arm
  /** By who keeps it. */
  readonly roots: ReadonlyMap<Keeper, RepositoryRoot>
  readonly evidence: readonly PushEvidence[]
  readonly removals: readonly RemovalEvidence[]
  close(): Promise<void>
}

const diskLatencyMs = { from: 0.02, to: 0.2 }
export const clientTimeoutMs = 30_000

/** The builders of an arm, started, over repositories and locks that they share or have of their own. */
export async function startSimulatedArm(
  plan: Plan,
  arm: ArmPlan,
  deps: SimulatedArmDeps,
): Promise<SimulatedArm> {
  const { inboxes, neighboursOf, network, processTable, simulation, token, transportFrom } = deps
  const { clock, ids, kernel, random } = simulation
  const { commitCheck, lock, quirks } = plan
  const keepers = keepersOf(plan, arm)
  const storages = new Map(keepers.map((keeper) => [keeper, createStorage(simulation)]))
  const storageOf = (keeper: Keeper) => storages.get(keeper) ?? storages.get(null)
  const evidence: PushEvidence[] = []
  const removals: RemovalEvidence[] = []
  const removalTrace = { emit: emitRemoval }
  const nodes = arm.replicas.map((replica) => {
    const node = `${arm.name}/${replica}`
    const builder = createSimulatedBuilder({
      replica,
      strategy: strategies[arm.strategy],
      knobs: arm.knobs,
      ...{ commitCheck, lock, quirks },
      clock,
      random,
      ids,
      transport: transportFrom(node),
      inbox: inboxes.inbox(node),
      neighbours: neighboursOf(node),
      token,
      ...(storageOf(replica) as Storage),
      ownRepositories: plan.repositories === 'per-replica',
      processTable,
      trace: { emit },
      removalTrace,
    })
    return { replica, node, builder }
  })
  await Promise.all(nodes.map(({ builder }) => builder.start()))
  const reapers = reapersOf(plan, keepers).map(({ name, remover, keeper }) => {
    const { folder, disk } = storageOf(keeper) as Storage
    return createSimulatedReaper(plan, {
      ...{ name: remover, clock, random, ids, processTable, token, disk },
      root: folder,
      transport: transportFrom(`${arm.name}/${name}`),
      namespaces: neighboursOf(`${arm.name}/${name}`).namespaces,
      trace: removalTrace,
    })
  })
  for (const reaper of reapers) reaper.start()
  return {
    arm: {
      ...arm,
      replicas: nodes.map(({ replica, node, builder }) => ({
        name: replica,
        connect(key) {
          const name = ids.next(`${node}/client`)
          const timeoutMs = clientTimeoutMs
          return connectSimulated({ network, clock, random, builder, node, name, timeoutMs }, key)
        },
      })),
    },
    roots: new Map([...storages].map(([keeper, { root }]) => [keeper, root])),
    evidence,
    removals,
    async close() {
      await Promise.all(reapers.map((reaper) => reaper.close()))
      await Promise.all(nodes.map(({ builder }) => builder.close()))
    },
  }

  function emitRemoval(removal: RemovalEvidence) {
    removals.push(removal)
    kernel.note(`${arm.name} ${removal.remover} ${removal.removalId} ${removal.durableAt}`)
  }

  function emit(push: PushEvidence) {
    evidence.push(push)
    kernel.note(`${arm.name} ${push.replica} ${push.pushId} ${push.outcome}`)
  }
}

type Storage = ReturnType<typeof createStorage>

/** Repositories, their folder as those see it who remove from it, and a disk for their locks. */
function createStorage({ clock, random }: Simulation) {
  const root: RepositoryRoot = new Map()
  const latencyMs = diskLatencyMs
  return {
    root,
    folder: createSimulatedRoot({ root, clock, random, latencyMs }),
    disk: createSimulatedDisk({ clock, random, latencyMs }),
  }
}
