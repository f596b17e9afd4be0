import Type, { type Static } from 'typebox'
import { oneOf } from './one-of.ts'
import { systems } from './plan.ts'

const Count = Type.Integer({ minimum: 0 })
const Ms = Type.Number()
const nullable = <T extends Parameters<typeof Type.Union>[0][number]>(schema: T) =>
  Type.Union([schema, Type.Null()])

/** What a seed broke: an invariant of the checker, or the simulation itself. */
export const SwarmViolation = Type.Object({
  seed: Type.Integer(),
  strategy: Type.String(),
  invariant: Type.String({
    description: 'of the checker; simulation-error and nondeterminism are of the simulation itself',
  }),
  /** One sentence. */
  story: Type.String(),
  /** Draws the plan of this seed again and plays it. */
  replay: Type.String(),
})
export type SwarmViolation = Static<typeof SwarmViolation>

/** The longest that a decision was behind what had been acknowledged. Null where none was. */
const WorstStaleness = Type.Object({
  revocation: nullable(Ms),
  grant: nullable(Ms),
  /** What was left of the bound where it came nearest to being broken. */
  headRoom: nullable(Ms),
})

/** What `keyrace swarm --json` prints. Fields are added, never renamed, within one schemaVersion. */
export const SwarmResult = Type.Object({
  schemaVersion: Type.Literal(1),
  system: oneOf(systems),
  /** The first of the seeds. */
  seed: Type.Integer(),
  seeds: Count,
  pushes: Count,
  events: Count,
  durationMs: Ms,
  seedsPerSecond: Ms,
  pushesPerSecond: Ms,
  virtualSeconds: Ms,
  interrupted: Type.Boolean(),
  strategies: Type.Record(
    Type.String(),
    Type.Object({ seeds: Count, pushes: Count, violations: Count }),
  ),
  /** How many there were of each invariant; `violations` has the first of them. */
  broken: Type.Record(Type.String(), Count),
  violations: Type.Array(SwarmViolation),
  /** How often each thing of the catalogue happened: in so many seeds. */
  marks: Type.Record(Type.String(), Count),
  /** By strategy, in milliseconds. */
  worstStalenessMs: Type.Record(Type.String(), WorstStaleness),
  /** By kind: how many were planned, and how many touched anything. */
  faults: Type.Record(Type.String(), Type.Object({ planned: Count, tookEffect: Count })),
  /** Of strategy × fault × phase of a push × mutation, those that came together. */
  coverage: Type.Object({ seen: Count, possible: Count }),
  /** Seeds that were played twice, and those of them that did not give the same trace. */
  determinism: Type.Object({ checked: Count, differed: Count }),
  /** What finding nothing proves. */
  confidence: Type.String(),
  reasons: Type.Array(Type.String()),
  verdict: oneOf(['pass', 'fail', 'invalid']),
  exitCode: Type.Integer(),
})
export type SwarmResult = Static<typeof SwarmResult>
