export { promises, withBreaches, writeClause } from './harness/judging/breaches.ts'
export { isThreshold, thresholdFigures } from './harness/judging/thresholds.ts'
export type { Progress, ProgressEvent } from './harness/progress.ts'
export { type PushOrder, pushAfresh, pushOn, pushOnceOpen } from './harness/pushing/push.ts'
export { indexEvidence } from './harness/recording/evidence-index.ts'
export { findIn, readUnread } from './harness/recording/observer.ts'
export {
  createRecorder,
  type MutationAnswer,
  type Recorder,
} from './harness/recording/recorder.ts'
export { readRemovals } from './harness/recording/removal-rows.ts'
export { type RunArtifacts, type RunOptions, runScenario } from './harness/run-scenario.ts'
export type { Breach, Scenario } from './harness/scenario.ts'
export { turnsOf } from './harness/turns/turns.ts'
export { untimed } from './harness/usual-defaults.ts'
export { isScenarioName, type ScenarioName, scenarios } from './registry.ts'
