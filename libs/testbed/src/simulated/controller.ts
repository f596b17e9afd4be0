import {
  type ControllerDeps,
  createController,
  createMemoryDatabase,
  type MemoryDatabase,
  mirrorsTo,
  type Secrets,
  StoreError,
} from '@keyrace/controller'
import { type Answer, type Call, type Clock, sleep, timestamp } from '@keyrace/environment'
import {
  createImpediments,
  drawLatencyMs,
  type Impediments,
  type Simulation,
} from '@keyrace/simulation'
import { withImpediments } from './impeded-answers.ts'
import type { Neighbours } from './neighbours.ts'
import type { Service } from './node.ts'
import { type Seams, seamsOf } from './sabotage.ts'

/** Of each step of a transaction. */
const databaseLatencyMs = { from: 0.02, to: 0.3 }

export interface SimulatedController extends Service {
  answer(call: Call): Promise<Answer>
}

export interface SimulatedControllerOptions
  extends Pick<
    ControllerDeps,
    'builderTokens' | 'operatorToken' | 'quirks' | 'transportTo' | 'points'
  > {
  readonly serviceTimeMs: number
  /** Kept in step by mirrors. */
  readonly neighbours?: Neighbours
  /** Of its process. */
  readonly clock?: Clock
  readonly database: MemoryDatabase
  /** What stands in the way of its answers, and of steps of its transactions. */
  readonly answers?: Impediments
  readonly databaseSteps?: Impediments
  /** Where a bug may be planted. */
  readonly seams?: Pick<Seams, 'controller' | 'answers'>
}

/** The production controller over a database in memory. */
export function createSimulatedController(
  simulation: Simulation,
  options: SimulatedControllerOptions,
): SimulatedController {
  const { ids } = simulation
  const { clock = simulation.clock, database } = options
  const { answers = createImpediments(), databaseSteps = createImpediments() } = options
  const { seams = seamsOf() } = options
  const store = database.connect(() => takeStep(simulation, clock, databaseSteps))
  const followers = mirrorsTo(options.neighbours ?? {}, { store, clock })
  const secrets = plainSecrets
  const deps = { ...options, store, clock, ids, secrets, followers }
  const controller = createController(seams.controller(deps))
  return {
    ...controller,
    answer: withImpediments(clock, answers, seams.answers(controller.answer, clock)),
    onKilled: store.break,
  }
}

/** It outlives the controllers that are its clients. */
export function createSimulatedDatabase({ clock }: Simulation, epoch: string): MemoryDatabase {
  return createMemoryDatabase({ epoch, timestamp: () => timestamp(clock) })
}

function takeStep(simulation: Simulation, clock: Clock, steps: Impediments): Promise<void> {
  const { random } = simulation
  // Keyed by time: a step has no name, and one step more elsewhere must not change this one.
  const key = Math.round(simulation.clock.now() * 1000)
  const { addedMs = 0, failure } = steps.meet('step') ?? {}
  const tookMs = drawLatencyMs(random, databaseLatencyMs, 'database', 'step', key) + addedMs
  return failure === undefined ? sleep(clock, tookMs) : fail(clock, tookMs)
}

async function fail(clock: Clock, afterMs: number): Promise<never> {
  await sleep(clock, afterMs)
  throw new StoreError('57P03', 'the database is not there')
}

/** Nobody steals from a simulation, and real hashing would run on threads. */
const plainSecrets: Secrets = {
  hashPassword: async (password) => password,
  verifyPassword: async (password, hash) => password === hash,
  hashToken: (token) => token,
}
