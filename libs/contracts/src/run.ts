import Type, { type Static, type TSchema } from 'typebox'
import { Cause } from './cause.ts'
import { Claim, mutationEffects, rightGrounds } from './claim.ts'
import { Comparison, Controls } from './comparison.ts'
import { Curve } from './curve.ts'
import { Distribution, type PushPhase, pushPhases } from './distribution.ts'
import { pushOutcomes } from './evidence.ts'
import { purposes } from './headers.ts'
import { oneOf } from './one-of.ts'
import {
  clients,
  commitChecks,
  Knobs,
  locks,
  modes,
  repositoryLayouts,
  requirements,
  systems,
  targets,
} from './plan.ts'

const Count = Type.Integer({ minimum: 0 })
const Ms = Type.Number()
const nullable = <T extends TSchema>(schema: T) => Type.Union([schema, Type.Null()])

const byPhase = Type.Object(
  Object.fromEntries(pushPhases.map((phase) => [phase, Distribution])) as Record<
    PushPhase,
    typeof Distribution
  >,
)

/** How pushes ended, as their clients saw it, and how many there were. */
export const pushCounts = ['attempted', ...pushOutcomes] as const
export type PushCount = (typeof pushCounts)[number]

/** Two operations that show a violation or the worst lag: the mutation and the push, by history index. */
export const Witness = Type.Object({
  invariant: Type.String(),
  replica: nullable(Type.String()),
  stalenessMs: nullable(Type.Object({ certain: Ms, possible: Ms })),
  beyondClaim: Type.Boolean(),
  /** One sentence that a person can check against the history. */
  story: Type.String(),
  events: Type.Array(Count, { description: 'idx of the rows in history.ndjson.gz' }),
  /** Of a decision that was wrong. */
  cause: Type.Optional(Cause),
})
export type Witness = Static<typeof Witness>

const Staleness = Type.Object({ certain: nullable(Ms), possible: nullable(Ms) })
const OfGrounds = Type.Object({ app: nullable(Ms), permission: nullable(Ms), key: nullable(Ms) })
const StalenessOfMutations = Type.Object({ revocation: Staleness, grant: Staleness })

export const Correctness = Type.Object({
  violations: Type.Record(Type.String(), Count, { description: 'invariant → count' }),
  warmPushes: Count,
  staleAdmissions: Count,
  staleAdmissionsBeyondClaim: Count,
  staleAccepts: Count,
  staleAcceptsBeyondClaim: Count,
  staleRejects: Count,
  staleRejectsBeyondClaim: Count,
  lateCommits: Count,
  lateRejections: Count,
  wastedBytes: Count,
  measuredStalenessMs: Type.Object({
    revocation: Staleness,
    grant: Staleness,
    /** By what the mutation was about: the claim has a bound for each. */
    byKind: Type.Object({
      app: StalenessOfMutations,
      permission: StalenessOfMutations,
      key: StalenessOfMutations,
    }),
  }),
  /**
   * What was left of each bound where a decision came nearest to being beyond it: all of it if none was stale that
   * raced a mutation, and null if none raced any, or nothing is claimed.
   */
  headRoomMs: Type.Optional(Type.Object({ revocation: OfGrounds, grant: OfGrounds })),
  /** How often wrong decisions came about in which way, tolerated ones among them. */
  causes: Type.Optional(Type.Record(Type.String(), Count)),
  byReplica: Type.Array(
    Type.Object({
      replica: Type.String(),
      staleAdmissions: Count,
      staleAccepts: Count,
      staleRejects: Count,
    }),
  ),
  /** Where pushes came on connections that were opened for them too, and not only on authenticated ones that waited. */
  byConnection: Type.Optional(
    Type.Array(
      Type.Object({
        connection: oneOf(['waiting', 'fresh']),
        staleAdmissions: Count,
        staleAccepts: Count,
        staleRejects: Count,
      }),
    ),
  ),
  witnesses: Type.Array(Witness),
  verdict: oneOf(['holds', 'broken', 'vacuous']),
})
export type Correctness = Static<typeof Correctness>

/** How many of the mutations that every replica was asked about later than this were honoured by all of them. */
const Share = Type.Object({ share: nullable(Type.Number()), n: Count })

export const Consistency = Type.Object({
  /** By milliseconds after the acknowledgement. */
  consistentWithin: Type.Object({ '10': Share, '100': Share, '1000': Share, '10000': Share }),
  /** How long revocations waited for this arm before their commit; null where none had to. */
  revocationWaitMs: nullable(
    Type.Object({
      p50: nullable(Ms),
      p99: nullable(Ms),
      max: nullable(Ms),
      /** Waits that ended with the last acknowledgement, and those that ended with the term. */
      acks: Count,
      expiry: Count,
    }),
  ),
})
export type Consistency = Static<typeof Consistency>

const LatencyFigures = Type.Object({
  response: Distribution,
  service: Distribution,
  phases: byPhase,
})

/** How well the load generator kept to its schedule; rates are null in a closed loop, which has none. */
const Generator = Type.Object({
  askedRate: nullable(Type.Number()),
  achievedRate: nullable(Type.Number()),
  lagP99Ms: nullable(Ms),
})

export const ArmResult = Type.Object({
  name: Type.String({ description: 'the strategy, with #2 … where it appears again' }),
  strategy: Type.String(),
  knobs: Knobs,
  skipped: Type.Optional(Type.Object({ reason: Type.String() })),
  claim: Claim,
  races: Type.Object({
    planned: Count,
    held: Count,
    perReplica: Type.Array(Type.Object({ replica: Type.String(), held: Count })),
    /** By what was raced: only these were put to the test. */
    byMutation: Type.Array(
      Type.Object({ effect: oneOf(mutationEffects), ground: oneOf(rightGrounds), held: Count }),
    ),
  }),
  pushes: Type.Object(
    Object.fromEntries(pushCounts.map((name) => [name, Count])) as Record<PushCount, typeof Count>,
  ),
  /** At the first service time. */
  latencyMs: LatencyFigures,
  generator: Generator,
  /** The same at each service time. */
  byServiceTime: Type.Array(
    Type.Object({ serviceTimeMs: Ms, latencyMs: LatencyFigures, generator: Generator }),
  ),
  controller: Type.Object({
    requestsPerPush: Type.Object(
      Object.fromEntries(purposes.map((purpose) => [purpose, nullable(Type.Number())])) as Record<
        (typeof purposes)[number],
        ReturnType<typeof nullable<ReturnType<typeof Type.Number>>>
      >,
    ),
    authorizationRequestsPerWarmPush: nullable(Type.Number()),
    bytesPerPush: nullable(Type.Number()),
  }),
  correctness: Correctness,
  consistency: Consistency,
})
export type ArmResult = Static<typeof ArmResult>

export const Environment = Type.Object({
  node: Type.String(),
  git: Type.String(),
  ssh: nullable(Type.String()),
  platform: Type.String(),
  cpu: Type.String(),
  cores: Type.Integer({ minimum: 1 }),
  memoryMb: Count,
  loadAverage: Type.Array(Type.Number()),
  nativeCrypto: Type.Boolean(),
})
export type Environment = Static<typeof Environment>

/** What was done to the system on purpose. Its rows in the history say when it began and ended. */
export const Fault = Type.Object({
  kind: oneOf(['pause']),
  arm: Type.String(),
  replica: Type.String(),
  beganAt: Ms,
  endedAt: Ms,
  /** Without an effect it has put nothing to the test. */
  tookEffect: Type.Boolean(),
  story: Type.String(),
})
export type Fault = Static<typeof Fault>

/** run.json: what other tools read. Fields are added, never renamed, within one schemaVersion. */
export const Run = Type.Object({
  schemaVersion: Type.Literal(1),
  runId: Type.String(),
  scenario: Type.String(),
  mode: oneOf(modes),
  system: oneOf(systems),
  /** Behaviours of the original that were switched on. */
  quirks: Type.Array(Type.String()),
  commitCheck: oneOf(commitChecks),
  require: oneOf(requirements),
  seed: Type.Integer(),
  startedAt: Type.String(),
  durationMs: Ms,
  interrupted: Type.Boolean(),
  environment: Environment,
  topology: Type.Object({
    replicas: Count,
    users: Count,
    apps: Count,
    keysPerUser: Count,
    database: Type.String(),
    repositories: oneOf(repositoryLayouts),
    lock: oneOf(locks),
    /** The first, at which the races are run. */
    serviceTimeMs: Ms,
    serviceTimesMs: Type.Array(Ms),
    target: oneOf(targets),
    client: oneOf(clients),
    workers: Count,
  }),
  arms: Type.Array(ArmResult),
  /** Arms that were alive at one time, by name. Only those are compared with each other. */
  turns: Type.Array(Type.Array(Type.String())),
  comparisons: Type.Array(Comparison),
  controls: Controls,
  /** What something costs as something else grows; empty in most scenarios. */
  curves: Type.Array(Curve),
  faults: Type.Array(Fault),
  thresholds: Type.Array(
    Type.Object({
      expression: Type.String(),
      ok: Type.Boolean(),
      actual: nullable(Type.Number()),
      limit: Type.Number(),
    }),
  ),
  /** Why the verdict is what it is, one sentence each; empty for a plain pass. */
  reasons: Type.Array(Type.String()),
  verdict: oneOf(['pass', 'fail', 'invalid']),
  exitCode: Type.Integer(),
  replay: Type.String({ description: 'the command that runs the same plan again' }),
})
export type Run = Static<typeof Run>

/** One row of samples.ndjson.gz: a push as its client timed it. Times in ms from the start of the run. */
export const Sample = Type.Object({
  op: Type.String(),
  arm: Type.String(),
  replica: Type.String(),
  phase: oneOf(['warm', 'latency', 'race']),
  block: nullable(Count),
  serviceTimeMs: nullable(Ms),
  /** On a connection that was opened for it; otherwise on one that had waited, authenticated. */
  fresh: Type.Boolean(),
  app: Type.String(),
  outcome: Type.String(),
  intendedAt: Ms,
  startedAt: Ms,
  doneAt: Ms,
  phases: Type.Object(
    Object.fromEntries(pushPhases.map((phase) => [phase, nullable(Ms)])) as Record<
      PushPhase,
      ReturnType<typeof nullable<typeof Ms>>
    >,
  ),
})
export type Sample = Static<typeof Sample>

/** Does the time of this push count? Block 0 warms up, and what failed took as long as it took to fail. */
export function isTimed({
  phase,
  block,
  outcome,
}: Pick<Sample, 'phase' | 'block' | 'outcome'>): boolean {
  return phase === 'latency' && block !== 0 && outcome === 'ok'
}

/** Exit codes of the command, part of the contract with CI. */
export const exitCodes = {
  pass: 0,
  usage: 1,
  broken: 2,
  threshold: 3,
  worse: 4,
  invalid: 5,
  interrupted: 130,
  terminated: 143,
} as const
