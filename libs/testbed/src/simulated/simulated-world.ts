import type { Plan } from '@keyrace/contracts'
import { type Credentials, createControllerClient } from '@keyrace/controller-client'
import { repositoryName } from '@keyrace/push'
import {
  createNetwork,
  createProcessTable,
  createSimulatedTransport,
  type Simulated,
  type Simulation,
  simulate,
} from '@keyrace/simulation'
import { armsOf } from '../arms.ts'
import { encodeImport } from '../import-stream.ts'
import type { Arm, World } from '../world.ts'
import { type SimulatedArm, startSimulatedArm } from './arm.ts'
import { createSimulatedController } from './controller.ts'

/** About what the loopback interface takes. */
const networkLatencyMs = { from: 0.05, to: 0.4 }
const operatorTimeoutMs = 60_000

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
      serviceTimeMs: plan.serviceTimeMs,
    })
    const network = createNetwork({ kernel, random, latencyMs: networkLatencyMs })
    const transportFrom = (from: string) =>
      createSimulatedTransport({ network, from, to: 'controller', answer })
    const transport = transportFrom('operator')
    const clientOf = (credentials: Credentials) =>
      createControllerClient({ transport, credentials })

    const processTable = createProcessTable()
    const started = await Promise.all(
      arms.map(({ arm, token }) =>
        startSimulatedArm(plan, arm, { simulation, network, processTable, transportFrom, token }),
      ),
    )
    const result = await use(createWorld(simulation, started, clientOf, operatorToken))
    await Promise.all(started.map((arm) => arm.close()))
    return result
  })
}

function createWorld(
  { clock, random }: Simulation,
  started: readonly SimulatedArm[],
  clientOf: (credentials: Credentials) => World['operator'],
  operatorToken: string,
): World {
  const operator = clientOf({ operator: operatorToken })
  return {
    mode: 'sim',
    clock,
    random,
    arms: started.map(({ arm }) => arm),
    operator,
    asUser: (user) => clientOf({ user }),
    async load(lines) {
      const answer = await operator.call(
        'importBatch',
        { body: encodeImport(lines) },
        { timeoutMs: operatorTimeoutMs },
      )
      if (!answer.ok) throw new Error(`the fixture was refused: ${answer.detail}`)
      return { revision: answer.body.revision }
    },
    evidence: async (arm) => find(arm).evidence,
    async usage() {
      const answer = await operator.call('usage', {}, { timeoutMs: operatorTimeoutMs })
      if (!answer.ok) throw new Error('the controller does not tell its usage')
      return answer.body.builders
    },
    readRefs: async (arm, app) => new Map(find(arm).root.get(repositoryName(app))?.refs()),
  }

  function find({ name }: Arm): SimulatedArm {
    const found = started.find(({ arm }) => arm.name === name)
    if (found === undefined) throw new Error(`there is no arm ${name}`)
    return found
  }
}
