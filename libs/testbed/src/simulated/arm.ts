import type { Plan, PushEvidence, RemovalEvidence } from '@keyrace/contracts'
import type { Clock, Transport } from '@keyrace/environment'
import { strategies } from '@keyrace/key-lookup'
import {
  createSimulatedDisk,
  createSimulatedPrivateFiles,
  type Inboxes,
  type Network,
  type Nodes,
  type ProcessTable,
  type SimulatedPoints,
  type SimulatedProcess,
  type Simulation,
} from '@keyrace/simulation'
import { type ArmPlan, type ArmReaper, reapersOf } from '../arms.ts'
import { type Keeper, keepersOf } from '../keepers.ts'
import type { Arm, FailedSweep } from '../world.ts'
import { createSimulatedBuilder, type SimulatedBuilder } from './builder.ts'
import { onOneClock, removalOnOneClock } from './evidence-times.ts'
import type { Neighbours } from './neighbours.ts'
import { createNode, type Service, type SimulatedNode } from './node.ts'
import { connectSimulated } from './push-client.ts'
import { createSimulatedReaper } from './reaper.ts'
import type { RepositoryRoot } from './repositories.ts'
import { createSimulatedRoot } from './repository-root.ts'
import type { Seams } from './sabotage.ts'

export interface SimulatedArmDeps {
  readonly simulation: Simulation
  readonly network: Network
  readonly nodes: Nodes
  readonly inboxes: Inboxes
  readonly neighboursOf: (node: string, process: SimulatedProcess) => Neighbours
  readonly processTable: ProcessTable
  /** To the controller. */
  readonly transportFrom: (node: string) => Transport
  readonly token: string
  /** Where somebody is held up or counts. */
  readonly points: SimulatedPoints | undefined
  readonly seams: Seams
}

export interface SimulatedArm {
  readonly arm: Arm
  /** By their names in the plan. */
  readonly nodes: ReadonlyMap<string, SimulatedNode<Service>>
  /** By who keeps it. */
  readonly roots: ReadonlyMap<Keeper, RepositoryRoot>
  readonly evidence: readonly PushEvidence[]
  readonly removals: readonly RemovalEvidence[]
  readonly failedSweeps: readonly FailedSweep[]
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
  const { inboxes, neighboursOf, network, points, processTable, simulation, token } = deps
  const { transportFrom, seams } = deps
  const { clock, ids, kernel, random } = simulation
  const { commitCheck, lock, quirks } = plan
  const keepers = keepersOf(plan, arm)
  const storages = new Map(keepers.map((keeper) => [keeper, createStorage(simulation)]))
  const evidence: PushEvidence[] = []
  const removals: RemovalEvidence[] = []
  const failedSweeps: FailedSweep[] = []
  const builders = new Map(arm.replicas.map((replica) => [replica, createBuilderNode(replica)]))
  const reapers = new Map(
    reapersOf(plan, keepers).map((reaper) => [reaper.name, createReaperNode(reaper)]),
  )
  await Promise.all([...builders.values()].map((node) => node.start()))
  await Promise.all([...reapers.values()].map((node) => node.start()))

  return {
    arm: {
      ...arm,
      replicas: [...builders].map(([name, node]) => ({ name, connect: connectTo(node) })),
    },
    nodes: new Map([...builders, ...reapers]),
    roots: new Map([...storages].map(([keeper, { root }]) => [keeper, root])),
    evidence,
    removals,
    failedSweeps,
    async close() {
      await Promise.all([...reapers.values()].map((node) => node.close()))
      await Promise.all([...builders.values()].map((node) => node.close()))
    },
  }

  function createBuilderNode(replica: string): SimulatedNode<SimulatedBuilder> {
    const name = `${arm.name}/${replica}`
    const storage = storageOf(replica)
    const ownRepositories = plan.repositories === 'per-replica'
    let files = createSimulatedPrivateFiles()
    return createNode({
      ...{ clock, host: deps.nodes.host(name) },
      boot: (process) =>
        createSimulatedBuilder(
          seams.builder({
            replica,
            strategy: strategies[arm.strategy],
            knobs: arm.knobs,
            ...{ commitCheck, lock, quirks, process, random, ids, token, processTable },
            hostClock: clock,
            transport: transportFrom(name),
            inbox: inboxes.inbox(name, process),
            neighbours: neighboursOf(name, process),
            ...storage.mount(process.clock),
            ...{ files, ownRepositories },
            points: points?.of(name, process.clock),
            trace: { emit: (push) => emit(onOneClock(push, process.clock)) },
            removalTrace: removalTrace(process),
            seams,
          }),
        ),
      wipe() {
        files = createSimulatedPrivateFiles()
        if (ownRepositories) storage.wipe()
      },
    })
  }

  function createReaperNode({ name, remover, keeper }: ArmReaper): SimulatedNode<Service> {
    const node = `${arm.name}/${name}`
    return createNode({
      ...{ clock, host: deps.nodes.host(node) },
      boot(process) {
        const { disk, folder } = storageOf(keeper).mount(process.clock)
        return createSimulatedReaper(
          plan,
          seams.reaper({
            ...{ name: remover, clock: process.clock, random, ids, processTable, token, disk },
            root: folder,
            transport: transportFrom(node),
            namespaces: neighboursOf(node, process).namespaces,
            points: points?.of(node, process.clock),
            trace: removalTrace(process),
            onFailure: () => failedSweeps.push({ reaper: name, at: clock.now() }),
          }),
        )
      },
    })
  }

  function connectTo(node: SimulatedNode<SimulatedBuilder>): Arm['replicas'][number]['connect'] {
    return (key) => {
      const name = ids.next(`${node.name}/client`)
      const accept = (client: string) => node.service()?.accept(client)
      const timeoutMs = clientTimeoutMs
      return connectSimulated(
        { network, clock, random, accept, node: node.name, name, timeoutMs },
        key,
      )
    }
  }

  function storageOf(keeper: Keeper): Storage {
    return (storages.get(keeper) ?? storages.get(null)) as Storage
  }

  function removalTrace(process: SimulatedProcess) {
    return {
      emit(emitted: RemovalEvidence) {
        const removal = removalOnOneClock(emitted, process.clock)
        removals.push(removal)
        kernel.note(`${arm.name} ${removal.remover} ${removal.removalId} ${removal.durableAt}`)
      },
    }
  }

  function emit(push: PushEvidence) {
    evidence.push(push)
    kernel.note(`${arm.name} ${push.replica} ${push.pushId} ${push.outcome}`)
  }
}

type Storage = ReturnType<typeof createStorage>

/** Repositories and a disk for their locks. */
function createStorage({ clock, random }: Simulation) {
  const root: RepositoryRoot = new Map()
  const latencyMs = diskLatencyMs
  const disk = createSimulatedDisk({ clock, random, latencyMs })
  return {
    root,
    /** As one process reaches it; the folder as those see it who remove from it. */
    mount: (own: Clock) => ({
      root,
      folder: createSimulatedRoot({ root, clock: own, random, latencyMs }),
      disk: disk.mount(own),
    }),
    wipe() {
      root.clear()
      disk.wipe()
    },
  }
}
