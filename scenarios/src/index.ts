export type { Progress, ProgressEvent } from './harness/progress.ts'
export { type RunArtifacts, type RunOptions, runScenario } from './harness/run-scenario.ts'
export type { Scenario } from './harness/scenario.ts'
export { isScenarioName, type ScenarioName, scenarios } from './registry.ts'
