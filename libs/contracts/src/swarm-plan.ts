import Type, { type Static } from 'typebox'
import { PlannedFault } from './fault.ts'
import { oneOf } from './one-of.ts'
import {
  commitChecks,
  Knobs,
  locks,
  ReaperPlan,
  repositoryLayouts,
  requirements,
  systems,
} from './plan.ts'
import { quirkNames } from './quirks.ts'

/** Something that somebody does at a set time. Users, keys and apps are named; what is missing at its time is refused. */
export const PlannedOperation = Type.Object({
  /** Its own name in the plan: everything that is drawn for it is keyed by that. */
  id: Type.String(),
  /** From the begin of the first operation. */
  atMs: Type.Number({ minimum: 0 }),
  f: oneOf([
    'push',
    'createApp',
    'deleteApp',
    'transferApp',
    'grant',
    'revokeGrant',
    'addKey',
    'removeKey',
  ]),
  /** Who does it. */
  by: Type.String(),
  /** Whom or what it is about. Keys are named `user/1`. */
  user: Type.Optional(Type.String()),
  key: Type.Optional(Type.String()),
  app: Type.Optional(Type.String()),
  /** Of a push. */
  replica: Type.Optional(Type.String()),
  ref: Type.Optional(Type.String()),
  /** Of a push: the name of its commit, which is a root; by the same name it is the same. By default it is new. */
  commit: Type.Optional(Type.String()),
  /** Of a push: on a connection of this name, opened by the first who names it and kept; fresh where there is none. */
  connection: Type.Optional(Type.String()),
})
export type PlannedOperation = Static<typeof PlannedOperation>

/**
 * plan.json of a simulated world: everything that decides it. What is left to chance at run time is keyed by the
 * seed and the ids of operations and faults, so that leaving one out leaves the rest of the world as it was.
 */
export const SwarmPlan = Type.Object({
  schemaVersion: Type.Literal(1),
  kind: Type.Literal('swarm'),
  seed: Type.Integer({ minimum: 0, maximum: 0xffff_ffff }),
  system: oneOf(systems),
  quirks: Type.Array(oneOf(quirkNames)),
  /** A planted bug, by its id in the catalogue of mutants. */
  mutant: Type.Optional(Type.String()),
  strategy: Type.String(),
  knobs: Knobs,
  replicas: Type.Integer({ minimum: 1, maximum: 64 }),
  commitCheck: oneOf(commitChecks),
  require: oneOf(requirements),
  repositories: oneOf(repositoryLayouts),
  lock: oneOf(locks),
  reaper: Type.Union([ReaperPlan, Type.Null()]),
  /** Stand in the fixture: names of users and how many keys each has, apps with owner and collaborators. */
  users: Type.Array(Type.Object({ name: Type.String(), keys: Type.Integer({ minimum: 1 }) })),
  apps: Type.Array(
    Type.Object({
      name: Type.String(),
      owner: Type.String(),
      collaborators: Type.Array(Type.String()),
    }),
  ),
  operations: Type.Array(PlannedOperation),
  faults: Type.Array(PlannedFault),
  /** Points in the code under test that may hold it up, and how likely each is to do so when it is passed. */
  points: Type.Record(Type.String(), Type.Number({ minimum: 0, maximum: 1 })),
  /** One way between two nodes. */
  networkLatencyMs: Type.Object({ from: Type.Number(), to: Type.Number() }),
})
export type SwarmPlan = Static<typeof SwarmPlan>
