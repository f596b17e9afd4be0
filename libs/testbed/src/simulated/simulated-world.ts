import { type Plan, quirksOf } from '@keyrace/contracts'
import { type Call, within } from '@keyrace/environment'
import { parseRepositoryName, repositoryNaming } from '@keyrace/push'
import {
  createImpediments,
  createNetwork,
  createNodes,
  createPoints,
  createProcessTable,
  createSimulatedInboxes,
  createSimulatedTransport,
  type Drain,
  type LatencyMs,
  type OnEvent,
  type PointChances,
  type Simulated,
  type Simulation,
  simulate,
} from '@keyrace/simulation'
import { armsOf } from '../arms.ts'
import { createControllerAccess } from '../controller-access.ts'
import type { Keeper } from '../keepers.ts'
import { neighboursIn } from '../needs.ts'
import type { Arm, World } from '../world.ts'
import { clientTimeoutMs, type SimulatedArm, startSimulatedArm } from './arm.ts'
import { createSimulatedController, createSimulatedDatabase } from './controller.ts'
import { createSimulatedNeighbours } from './neighbours.ts'
import { createNode } from './node.ts'
import type { RepositoryRoot } from './repositories.ts'
import { type Sabotage, seamsOf } from './sabotage.ts'
import { createInjection, namesInPlan } from './vulnerable-world.ts'

/** About what the loopback interface takes. */
const loopbackLatencyMs = { from: 0.05, to: 0.4 }

/** What somebody may want beside the plan. */
export interface SimulationOptions {
  /** One way, between any two nodes. */
  readonly networkLatencyMs?: LatencyMs
  readonly drain?: Drain
  /** Without them nobody is held up, and nobody counts who passes. */
  readonly points?: PointChances
  readonly onEvent?: OnEvent | undefined
  /** A bug that is planted. */
  readonly sabotage?: Sabotage | undefined
}

/**
 * The system of a plan in virtual time: the production controller, strategies, push pipeline and locks
 * over a simulated network, disk, database and git. The same plan and `use` give the same trace.
 */
export function inSimulatedWorld<T>(
  given: Plan,
  use: (world: World) => Promise<T>,
  options: SimulationOptions = {},
): Promise<Simulated<T>> {
  const { sabotage } = options
  const plan = { ...given, quirks: [...given.quirks, ...(sabotage?.quirks ?? [])] }
  const seams = seamsOf(sabotage)
  return simulate(plan.seed, main, options)

  async function main(simulation: Simulation): Promise<T> {
    const { clock, ids } = simulation
    const arms = armsOf(plan).map((arm) => ({ arm, token: ids.next('builder') }))
    const operatorToken = ids.next('operator')
    const surroundings = createSurroundings(simulation, plan, options)
    const { answers, databaseSteps, hosts, inboxes, neighbours, network, points } = surroundings
    const database = createSimulatedDatabase(simulation, 'epoch-1')
    const controller = createNode({
      ...{ clock, host: hosts.host('controller') },
      boot: (process) =>
        createSimulatedController(simulation, {
          clock: process.clock,
          neighbours: neighbours.reach('controller', process),
          operatorToken,
          builderTokens: Object.fromEntries(arms.map(({ arm, token }) => [arm.name, token])),
          serviceTimeMs: plan.serviceTimesMs[0] ?? 0,
          quirks: quirksOf('controller', plan.quirks),
          transportTo: (origin) => inboxes.transport('controller', origin),
          ...{ answers, database, databaseSteps },
          points: points?.of('controller', process.clock),
          seams,
        }),
    })
    await controller.start()
    const answer = (call: Call) => controller.service()?.answer(call)
    const transportFrom = (from: string) =>
      createSimulatedTransport({ network, from, to: 'controller', answer })
    const access = createControllerAccess({ transport: transportFrom('operator'), operatorToken })

    const processTable = createProcessTable()
    const started = await Promise.all(
      arms.map(({ arm, token }) =>
        startSimulatedArm(plan, arm, {
          ...{ simulation, network, inboxes, processTable, transportFrom, token, points, seams },
          nodes: hosts,
          neighboursOf: neighbours.reach,
        }),
      ),
    )
    const nodes = [controller, ...started.flatMap((arm) => [...arm.nodes.values()])]
    const inject = createInjection(simulation, { ...surroundings, nodes, lists: neighbours.lists })
    const nameOf = repositoryNaming(plan.quirks)
    const world = createWorld(simulation, { started, access, nameOf })
    const result = await use({ ...world, inject, passes: points?.passes })
    // What has lost its answer may wait for ever.
    await within(clock, clientTimeoutMs, Promise.all(started.map((arm) => arm.close())))
    await within(clock, clientTimeoutMs, controller.close())
    return result
  }
}

/** What processes find around them, and what faults get at. */
function createSurroundings(simulation: Simulation, plan: Plan, options: SimulationOptions) {
  const { ids, kernel, random } = simulation
  const { networkLatencyMs: latencyMs = loopbackLatencyMs, points: chances } = options
  const nameInPlan = namesInPlan(plan, armsOf(plan))
  const hosts = createNodes(kernel)
  const network = createNetwork({ kernel, random, latencyMs, nodes: hosts })
  return {
    ...{ hosts, nameInPlan, network },
    inboxes: createSimulatedInboxes({ network, ids }),
    neighbours: createSimulatedNeighbours(simulation, {
      ...{ needs: neighboursIn(plan), network, nameInPlan },
    }),
    points: chances && createPoints({ random, chances }),
    answers: createImpediments(),
    databaseSteps: createImpediments(),
  }
}

function createWorld(
  { clock, random }: Simulation,
  {
    started,
    access,
    nameOf,
  }: {
    readonly started: readonly SimulatedArm[]
    readonly access: ReturnType<typeof createControllerAccess>
    readonly nameOf: ReturnType<typeof repositoryNaming>
  },
): World {
  return {
    mode: 'sim',
    patienceMs: clientTimeoutMs,
    clock,
    random,
    arms: started.map(({ arm }) => arm),
    control: undefined,
    ...access,
    evidence: async (arm) => find(arm).evidence,
    removals: async (arm) => find(arm).removals,
    failedSweeps: (arm) => find(arm).failedSweeps,
    repositories: async (arm, keeper) =>
      [...rootOf(arm, keeper).keys()].flatMap((name) => parseRepositoryName(name) ?? []),
    readRefs: async (arm, app, keeper) => new Map(rootOf(arm, keeper).get(nameOf(app))?.refs()),
  }

  function rootOf(arm: Arm, keeper: Keeper = null): RepositoryRoot {
    const root = find(arm).roots.get(keeper)
    if (root === undefined) throw new Error(`${keeper ?? arm.name} keeps no repositories`)
    return root
  }

  function find({ name }: Arm): SimulatedArm {
    const found = started.find(({ arm }) => arm.name === name)
    if (found === undefined) throw new Error(`there is no arm ${name}`)
    return found
  }
}
