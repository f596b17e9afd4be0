import Type, { type Static } from 'typebox'
import { oneOf } from './one-of.ts'
import { quirkNames } from './quirks.ts'

export const commitChecks = ['none', 'app', 'full'] as const
export type CommitCheck = (typeof commitChecks)[number]

export const requirements = ['claimed', 'linearizable', 'fenced'] as const
export type Requirement = (typeof requirements)[number]

export const modes = ['sim', 'real'] as const
export type Mode = (typeof modes)[number]

/** Where a real run finds the system: it starts processes here, or the containers of docker-compose.yml. */
export const targets = ['local', 'compose'] as const
export type Target = (typeof targets)[number]

/** What pushes: our own client over ssh2, or the stock `git` with the stock `ssh`. */
export const clients = ['ssh2', 'openssh'] as const
export type ClientName = (typeof clients)[number]

export const arrivalKinds = ['constant', 'poisson'] as const
export type ArrivalKind = (typeof arrivalKinds)[number]

export const ClosedLoad = Type.Object({
  kind: Type.Literal('closed'),
  /** People who push at once, each again as soon as their last push has ended. */
  clients: Type.Integer({ minimum: 1, maximum: 1_000 }),
})

/** How timed pushes come: when they are due, whatever became of those before; or one after the other. */
export const Load = Type.Union([
  Type.Object({
    kind: Type.Literal('open'),
    arrivals: oneOf(arrivalKinds),
    ratePerSecond: Type.Number({ exclusiveMinimum: 0, maximum: 10_000 }),
  }),
  ClosedLoad,
])
export type Load = Static<typeof Load>

/** How pushes are timed: in short blocks, one arm after the other, at each service time. */
export const LatencyPlan = Type.Object({
  /** Blocks of each arm at each service time; the n-th blocks of two arms are a pair. */
  pairs: Type.Integer({ minimum: 0, maximum: 1_000 }),
  pushesPerBlock: Type.Integer({ minimum: 1, maximum: 10_000 }),
  /** On each builder before the first pair, and left out of the figures: its code is still being compiled. */
  warmUpPushes: Type.Integer({ minimum: 0, maximum: 10_000 }),
  load: Load,
  /** A ratio of two arms that differs from 1 by less than this is called equivalent: 0.1 is 10 %. */
  margin: Type.Number({ exclusiveMinimum: 0, maximum: 1 }),
})
export type LatencyPlan = Static<typeof LatencyPlan>

export const Knobs = Type.Record(Type.String(), Type.Number())
export type Knobs = Static<typeof Knobs>

export const reaperSources = ['app', 'list', 'kubernetes'] as const

/** Ours, or the whole stack as Deis had it, faults included. */
export const systems = ['fixed', 'deis-2018'] as const
export type SystemName = (typeof systems)[number]

/** One folder for all replicas of an arm, or one for each. */
export const repositoryLayouts = ['shared', 'per-replica'] as const
export type RepositoryLayout = (typeof repositoryLayouts)[number]

export const locks = ['file', 'memory'] as const
export type LockName = (typeof locks)[number]

/** What removes the repositories of apps that are gone, one for each arm. */
export const ReaperPlan = Type.Object({
  /** Asks the controller about each app or for one list, or Kubernetes for a list and then the controller. */
  source: oneOf(reaperSources),
  /** Between the end of a sweep and the next one. */
  intervalMs: Type.Number({ minimum: 1, maximum: 3_600_000 }),
  /** How long a repository is left alone after its app was first seen gone. */
  graceMs: Type.Number({ minimum: 0, maximum: 3_600_000 }),
  /** Removals in one sweep. */
  budget: Type.Integer({ minimum: 1, maximum: 1_000_000 }),
})
export type ReaperPlan = Static<typeof ReaperPlan>

const ArmPlan = Type.Object({
  strategy: Type.String(),
  knobs: Knobs,
  /** Where arms take turns; otherwise the strategy, with #2 … where it appears again. */
  name: Type.Optional(Type.String()),
  /** Left out, with a word about it, where it cannot run; otherwise that is an error. */
  optional: Type.Optional(Type.Boolean()),
})

/**
 * plan.json: everything that decides a run. The same plan and the same code give the same fixture, the
 * same schedule and, in simulation, the same trace.
 */
export const Plan = Type.Object({
  schemaVersion: Type.Literal(1),
  scenario: Type.String(),
  mode: oneOf(modes),
  target: oneOf(targets),
  seed: Type.Integer({ minimum: 0, maximum: 0xffff_ffff }),
  arms: Type.Array(ArmPlan, { minItems: 1 }),
  replicas: Type.Integer({ minimum: 1, maximum: 64 }),
  users: Type.Integer({ minimum: 1, maximum: 1_000_000 }),
  keysPerUser: Type.Integer({ minimum: 1, maximum: 100_000 }),
  apps: Type.Integer({ minimum: 1, maximum: 100_000 }),
  /** 0 in a scenario that has none. */
  races: Type.Integer({ minimum: 0, maximum: 100_000 }),
  latency: LatencyPlan,
  client: oneOf(clients),
  /** Threads that the pushing clients run in; 0 is the coordinator itself. */
  workers: Type.Integer({ minimum: 0, maximum: 64 }),
  commitCheck: oneOf(commitChecks),
  require: oneOf(requirements),
  /** What the controller takes longer over each answer to a builder. Races are run at the first. */
  serviceTimesMs: Type.Array(Type.Number({ minimum: 0, maximum: 60_000 }), { minItems: 1 }),
  /** A pair of arms whose later one is worse beyond the margin fails the run. */
  failOnWorse: Type.Boolean(),
  /** `p(95)<250`, or of one arm `poll:p(95)<250`. */
  thresholds: Type.Array(Type.String()),
  system: oneOf(systems),
  /** Behaviours of the original, by name, that are switched on: see quirks.ts. */
  quirks: Type.Array(oneOf(quirkNames)),
  repositories: oneOf(repositoryLayouts),
  lock: oneOf(locks),
  /** Null where nobody reaps: then a repository goes when a push finds its app gone. */
  reaper: Type.Union([ReaperPlan, Type.Null()]),
})
export type Plan = Static<typeof Plan>
