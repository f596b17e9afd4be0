export type { App } from './apps.ts'
export {
  Delivery,
  type DeliveryMode,
  deliver,
  deliveryModes,
  longestTermMs,
  mostChangesAtOnce,
} from './builders.ts'
export { Cause, type CauseCode, causes } from './cause.ts'
export {
  Bound,
  Claim,
  type MutationEffect,
  mutationEffects,
  type RightGround,
  rightGrounds,
  StalenessBounds,
} from './claim.ts'
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
export {
  type Access,
  type Endpoint,
  type EventOf,
  endpoint,
  type Input,
  type Reply,
} from './endpoint.ts'
export { type EndpointName, type Endpoints, endpoints } from './endpoints.ts'
export { type ErrorCode, errorBody, errors, errorText } from './errors.ts'
export {
  keyPath,
  keysPathOf,
  servicePath,
  servicesPath,
  userOfKeyPath,
  usersPath,
} from './etcd-layout.ts'
export { type Provenance, PushEvidence, type PushOutcome, RemovalEvidence } from './evidence.ts'
export { type FaultKind, faultKinds, PlannedFault } from './fault.ts'
export { Change, FeedEvent, formatPosition, type Position, parsePosition } from './feed.ts'
export { isGone, LatestGeneration } from './generations.ts'
export { headers, type Purpose, purposes, type Stamp } from './headers.ts'
export {
  blankEvent,
  type EventType,
  eventTypes,
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
export {
  type Fill,
  formatFill,
  Invalidation,
  type LeaseReply,
  parseFill,
  type Renewal,
} from './leases.ts'
export { MutantOutcome, MutantsResult } from './mutants-result.ts'
export { appLabels, appOf, ourLabels } from './namespaces.ts'
export { AuditEntry, ImportLine, RevocationWait, Usage } from './operations.ts'
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
  type LockName,
  locks,
  type Mode,
  modes,
  Plan,
  ReaperPlan,
  type RepositoryLayout,
  type Requirement,
  reaperSources,
  repositoryLayouts,
  requirements,
  type SystemName,
  systems,
  type Target,
  targets,
} from './plan.ts'
export { type QuirkName, type QuirkyPart, quirkNames, quirks, quirksOf } from './quirks.ts'
export { type PublishRequest, Release, ReleasedRefs } from './releases.ts'
export {
  ArmResult,
  Consistency,
  Correctness,
  Environment,
  exitCodes,
  Fault,
  isTimed,
  type PushCount,
  pushCounts,
  Run,
  Sample,
  Witness,
} from './run.ts'
export { Snapshot } from './snapshot.ts'
export { PlannedOperation, SwarmPlan } from './swarm-plan.ts'
export { SwarmResult, SwarmViolation } from './swarm-result.ts'
export { type SystemPreset, systemPresets } from './systems.ts'
