import {
  type Controller,
  type ControllerDeps,
  createController,
  createMemoryStore,
  mirrorsTo,
  type Secrets,
} from '@keyrace/controller'
import { sleep, timestamp } from '@keyrace/environment'
import { drawLatencyMs, type Simulation } from '@keyrace/simulation'
import type { Neighbours } from './neighbours.ts'

/** Of each step of a transaction. */
const databaseLatencyMs = { from: 0.02, to: 0.3 }

/** The production controller over a database in memory. */
export function createSimulatedController(
  { clock, ids, random }: Simulation,
  options: Pick<ControllerDeps, 'builderTokens' | 'operatorToken' | 'quirks' | 'transportTo'> & {
    readonly serviceTimeMs: number
    /** Kept in step by mirrors. */
    readonly neighbours?: Neighbours
  },
): Controller {
  const store = createMemoryStore({
    epoch: ids.next('epoch'),
    timestamp: () => timestamp(clock),
    // Keyed by time: a step has no name, and one step more elsewhere must not change this one.
    latency: () =>
      sleep(clock, drawLatencyMs(random, databaseLatencyMs, 'database', `${clock.now()}`)),
  })
  const followers = mirrorsTo(options.neighbours ?? {}, { store, clock })
  return createController({ store, clock, ids, secrets: plainSecrets, followers, ...options })
}

/** Nobody steals from a simulation, and real hashing would run on threads. */
const plainSecrets: Secrets = {
  hashPassword: async (password) => password,
  verifyPassword: async (password, hash) => password === hash,
  hashToken: (token) => token,
}
