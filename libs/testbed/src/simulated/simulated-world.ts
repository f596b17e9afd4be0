import { type Plan, quirksOf } from '@keyrace/contracts'
import { parseRepositoryName, repositoryNaming } from '@keyrace/push'
import {
  createNetwork,
  createProcessTable,
  createSimulatedInboxes,
  createSimulatedTransport,
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
import { createSimulatedController } from './controller.ts'
import { createSimulatedNeighbours } from './neighbours.ts'
import type { RepositoryRoot } from './repositories.ts'

/** About what the loopback interface takes. */
const networkLatencyMs = { from: 0.05, to: 0.4 }

/**
 * The system of a plan in virtual time: the production controller, strategies, push pipeline and locks
 * over a simulated network, disk, database and git. The same plan and `use` give the same trace.
 */
export function inSimulatedWorld<T>(
  plan: Plan,
  use: (world: World) => Promise<T>,
): Promise<Simulated<T>> {
  return simulate(plan.seed, async (simulation) => {
    const { ids, kernel, random } = simulation
    const arms = armsOf(plan).map((arm) => ({ arm, token: ids.next('builder') }))
    const operatorToken = ids.next('operator')
    const network = createNetwork({ kernel, random, latencyMs: networkLatencyMs })
    const inboxes = createSimulatedInboxes({ network, ids })
    const neighboursOf = createSimulatedNeighbours(simulation, {
      needs: neighboursIn(plan),
      latencyMs: networkLatencyMs,
    })
    const controller = createSimulatedController(simulation, {
      neighbours: neighboursOf('controller'),
      operatorToken,
      builderTokens: Object.fromEntries(arms.map(({ arm, token }) => [arm.name, token])),
      serviceTimeMs: plan.serviceTimesMs[0] ?? 0,
      quirks: quirksOf('controller', plan.quirks),
      transportTo: (origin) => inboxes.transport('controller', origin),
    })
    await controller.start()
    const transportFrom = (from: string) =>
      createSimulatedTransport({ network, from, to: 'controller', answer: controller.answer })
    const access = createControllerAccess({ transport: transportFrom('operator'), operatorToken })

    const processTable = createProcessTable()
    const started = await Promise.all(
      arms.map(({ arm, token }) =>
        startSimulatedArm(plan, arm, {
          simulation,
          network,
          inboxes,
          neighboursOf,
          processTable,
          transportFrom,
          token,
        }),
      ),
    )
    const nameOf = repositoryNaming(plan.quirks)
    const result = await use(createWorld(simulation, { started, access, nameOf }))
    await Promise.all(started.map((arm) => arm.close()))
    await controller.close()
    return result
  })
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
