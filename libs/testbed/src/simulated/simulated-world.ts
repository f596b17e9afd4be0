import type { Plan } from '@keyrace/contracts'
import { parseRepositoryName, repositoryName } from '@keyrace/push'
import {
  createNetwork,
  createProcessTable,
  createSimulatedTransport,
  type Simulated,
  type Simulation,
  simulate,
} from '@keyrace/simulation'
import { armsOf } from '../arms.ts'
import { createControllerAccess } from '../controller-access.ts'
import type { Arm, World } from '../world.ts'
import { type SimulatedArm, startSimulatedArm } from './arm.ts'
import { createSimulatedController } from './controller.ts'

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
    const { answer } = createSimulatedController(simulation, {
      operatorToken,
      builderTokens: Object.fromEntries(arms.map(({ arm, token }) => [arm.name, token])),
      serviceTimeMs: plan.serviceTimesMs[0] ?? 0,
    })
    const network = createNetwork({ kernel, random, latencyMs: networkLatencyMs })
    const transportFrom = (from: string) =>
      createSimulatedTransport({ network, from, to: 'controller', answer })
    const access = createControllerAccess({ transport: transportFrom('operator'), operatorToken })

    const processTable = createProcessTable()
    const started = await Promise.all(
      arms.map(({ arm, token }) =>
        startSimulatedArm(plan, arm, { simulation, network, processTable, transportFrom, token }),
      ),
    )
    const result = await use(createWorld(simulation, started, access))
    await Promise.all(started.map((arm) => arm.close()))
    return result
  })
}

function createWorld(
  { clock, random }: Simulation,
  started: readonly SimulatedArm[],
  access: ReturnType<typeof createControllerAccess>,
): World {
  return {
    mode: 'sim',
    clock,
    random,
    arms: started.map(({ arm }) => arm),
    control: undefined,
    ...access,
    evidence: async (arm) => find(arm).evidence,
    removals: async (arm) => find(arm).removals,
    repositories: async (arm) =>
      [...find(arm).root.keys()].flatMap((name) => parseRepositoryName(name) ?? []),
    readRefs: async (arm, app) => new Map(find(arm).root.get(repositoryName(app))?.refs()),
  }

  function find({ name }: Arm): SimulatedArm {
    const found = started.find(({ arm }) => arm.name === name)
    if (found === undefined) throw new Error(`there is no arm ${name}`)
    return found
  }
}
