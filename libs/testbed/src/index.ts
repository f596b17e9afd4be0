export { hasNativeCrypto } from '@keyrace/builder'
export { type ArmPlan, areTwins, armsOf, isCompared } from './arms.ts'
export { type ComposeWorldOptions, inComposeWorld } from './compose/compose-world.ts'
export { createControllerAccess } from './controller-access.ts'
export { type EmbeddedPostgres, startEmbeddedPostgres } from './embedded-postgres.ts'
export { findEtcd } from './etcd-server.ts'
export { endGuarded } from './guarded-server.ts'
export { type Keeper, keepersOf } from './keepers.ts'
export { obstacleTo } from './obstacles.ts'
export { describeEnvironment } from './real/environment.ts'
export { startNeighbours } from './real/neighbours.ts'
export {
  inRealWorld,
  type RealWorld,
  type RealWorldOptions,
  type RunningBuilder,
} from './real/real-world.ts'
export { type Service, startService } from './real/service.ts'
export { SetupError } from './setup-error.ts'
export type { AnswerCall, ControllerDeps, PushDeps, Sabotage } from './simulated/sabotage.ts'
export { inSimulatedWorld, type SimulationOptions } from './simulated/simulated-world.ts'
export type {
  Arm,
  FailedSweep,
  LookupMeasurement,
  MeasureLookup,
  Replica,
  Resume,
  World,
} from './world.ts'
