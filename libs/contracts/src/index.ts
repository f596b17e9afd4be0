export type { App } from './apps.ts'
export { Bound, Claim, StalenessBounds } from './claim.ts'
export {
  Comparison,
  type ComparisonVerdict,
  type Control,
  Controls,
  comparisonVerdicts,
  untouchedPhases,
} from './comparison.ts'
export { Curve } from './curve.ts'
export { Distribution, type PushPhase, pushPhases } from './distribution.ts'
export { type Access, type Endpoint, endpoint, type Input, type Reply } from './endpoint.ts'
export { type EndpointName, type Endpoints, endpoints } from './endpoints.ts'
export { type ErrorCode, errorBody, errors, errorText } from './errors.ts'
export { type Provenance, PushEvidence, type PushOutcome, RemovalEvidence } from './evidence.ts'
export { isGone, LatestGeneration } from './generations.ts'
export { headers, type Purpose, purposes, type Stamp } from './headers.ts'
export {
  blankEvent,
  type EventType,
  HistoryEvent,
  type Operation,
  operations,
} from './history.ts'
export type { KeyOwner, KeysByUser } from './hooks.ts'
export {
  type AppGeneration,
  appNamePattern,
  longestAppName,
  RefUpdate,
  ReplicaName,
  Sha256Fingerprint,
  zeroSha,
} from './identifiers.ts'
export type { Key } from './keys.ts'
export { AuditEntry, ImportLine, Usage } from './operations.ts'
export {
  type ArrivalKind,
  arrivalKinds,
  type ClientName,
  ClosedLoad,
  type CommitCheck,
  clients,
  commitChecks,
  Knobs,
  LatencyPlan,
  Load,
  type Mode,
  modes,
  Plan,
  ReaperPlan,
  type Requirement,
  reaperSources,
  requirements,
  type Target,
  targets,
} from './plan.ts'
export { type PublishRequest, Release } from './releases.ts'
export {
  ArmResult,
  Correctness,
  Environment,
  exitCodes,
  isTimed,
  type PushCount,
  pushCounts,
  Run,
  Sample,
  Witness,
} from './run.ts'
export { Snapshot } from './snapshot.ts'
