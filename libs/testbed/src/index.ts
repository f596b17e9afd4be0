export { hasNativeCrypto } from '@keyrace/builder'
export { type ArmPlan, areTwins, armsOf, isCompared } from './arms.ts'
export { type ComposeWorldOptions, inComposeWorld } from './compose/compose-world.ts'
export { createControllerAccess } from './controller-access.ts'
export { type EmbeddedPostgres, startEmbeddedPostgres } from './embedded-postgres.ts'
export { endGuarded } from './guarded-server.ts'
export { describeEnvironment } from './real/environment.ts'
export {
  inRealWorld,
  type RealWorld,
  type RealWorldOptions,
  type RunningBuilder,
} from './real/real-world.ts'
export { type Service, startService } from './real/service.ts'
export { SetupError } from './setup-error.ts'
export { inSimulatedWorld } from './simulated/simulated-world.ts'
export type { Arm, LookupMeasurement, MeasureLookup, Replica, World } from './world.ts'
