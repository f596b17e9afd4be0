import type { Plan, PushEvidence, RemovalEvidence } from '@keyrace/contracts'
import type { Transport } from '@keyrace/environment'
import { strategies } from '@keyrace/key-lookup'
import {
  createSimulatedDisk,
  type Network,
  type ProcessTable,
  type Simulation,
} from '@keyrace/simulation'
import { type ArmPlan, reaperName } from '../arms.ts'
import type { Arm } from '../world.ts'
import { createSimulatedBuilder } from './builder.ts'
import { connectSimulated } from './push-client.ts'
import { createSimulatedReaper } from './reaper.ts'
import type { RepositoryRoot } from './repositories.ts'
import { createSimulatedRoot } from './repository-root.ts'

export interface SimulatedArmDeps {
  readonly simulation: Simulation
  readonly network: Network
  readonly processTable: ProcessTable
  /** To the controller. */
  readonly transportFrom: (node: string) => Transport
  readonly token: string
}

export interface SimulatedArm {
  readonly arm: Arm
  readonly root: RepositoryRoot
  readonly evidence: readonly PushEvidence[]
  readonly removals: readonly RemovalEvidence[]
  close(): Promise<void>
}

const diskLatencyMs = { from: 0.02, to: 0.2 }
const clientTimeoutMs = 30_000

/** The builders of an arm, started, over repositories and locks that they share. */
export async function startSimulatedArm(
  { commitCheck, reaper: reaperPlan }: Plan,
  arm: ArmPlan,
  deps: SimulatedArmDeps,
): Promise<SimulatedArm> {
  const { network, processTable, simulation, token, transportFrom } = deps
  const { clock, ids, kernel, random } = simulation
  const root: RepositoryRoot = new Map()
  const evidence: PushEvidence[] = []
  const removals: RemovalEvidence[] = []
  const removalTrace = { emit: emitRemoval }
  const disk = createSimulatedDisk({ clock, random, latencyMs: diskLatencyMs })
  const folder = createSimulatedRoot({ root, clock, random, latencyMs: diskLatencyMs })
  const nodes = arm.replicas.map((replica) => {
    const node = `${arm.name}/${replica}`
    const builder = createSimulatedBuilder({
      replica,
      strategy: strategies[arm.strategy],
      knobs: arm.knobs,
      commitCheck,
      clock,
      random,
      ids,
      transport: transportFrom(node),
      token,
      root,
      folder,
      disk,
      processTable,
      trace: { emit },
      removalTrace,
    })
    return { replica, node, builder }
  })
  await Promise.all(nodes.map(({ builder }) => builder.start()))
  const reaper =
    reaperPlan === null
      ? undefined
      : createSimulatedReaper(reaperPlan, {
          ...{ clock, random, ids, processTable, token, disk },
          root: folder,
          transport: transportFrom(`${arm.name}/${reaperName}`),
          trace: removalTrace,
        })
  reaper?.start()
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
    root,
    evidence,
    removals,
    async close() {
      await reaper?.close()
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
