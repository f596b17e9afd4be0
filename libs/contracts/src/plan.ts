import Type, { type Static } from 'typebox'
import { oneOf } from './one-of.ts'

export const commitChecks = ['none', 'app', 'full'] as const
export type CommitCheck = (typeof commitChecks)[number]

export const requirements = ['claimed', 'linearizable', 'fenced'] as const
export type Requirement = (typeof requirements)[number]

export const modes = ['sim', 'real'] as const
export type Mode = (typeof modes)[number]

export const Knobs = Type.Record(Type.String(), Type.Number())
export type Knobs = Static<typeof Knobs>

/**
 * plan.json: everything that decides a run. The same plan and the same code give the same fixture, the
 * same schedule and, in simulation, the same trace.
 */
export const Plan = Type.Object({
  schemaVersion: Type.Literal(1),
  scenario: Type.String(),
  mode: oneOf(modes),
  seed: Type.Integer({ minimum: 0, maximum: 0xffff_ffff }),
  arms: Type.Array(Type.Object({ strategy: Type.String(), knobs: Knobs }), { minItems: 1 }),
  replicas: Type.Integer({ minimum: 1, maximum: 64 }),
  users: Type.Integer({ minimum: 1, maximum: 1_000_000 }),
  keysPerUser: Type.Integer({ minimum: 1, maximum: 100_000 }),
  apps: Type.Integer({ minimum: 1, maximum: 100_000 }),
  races: Type.Integer({ minimum: 1, maximum: 100_000 }),
  /** Pushes per arm and block in the latency phase, and blocks per arm. */
  latency: Type.Object({
    blocks: Type.Integer({ minimum: 0 }),
    pushesPerBlock: Type.Integer({ minimum: 1 }),
  }),
  commitCheck: oneOf(commitChecks),
  require: oneOf(requirements),
  serviceTimeMs: Type.Number({ minimum: 0 }),
})
export type Plan = Static<typeof Plan>
