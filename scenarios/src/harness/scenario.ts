import type { Plan } from '@keyrace/contracts'
import type { Fixture } from '@keyrace/load'
import type { World } from '@keyrace/testbed'
import type { Progress } from './progress.ts'
import type { Recorder } from './recorder.ts'

/** What a plan says unless the person who runs it says otherwise. */
export type ScenarioDefaults = Pick<
  Plan,
  | 'arms'
  | 'replicas'
  | 'users'
  | 'keysPerUser'
  | 'apps'
  | 'races'
  | 'latency'
  | 'commitCheck'
  | 'require'
  | 'serviceTimeMs'
>

/** What a story has to work with. */
export interface Context {
  readonly plan: Plan
  readonly world: World
  readonly fixture: Fixture
  readonly recorder: Recorder
  readonly progress: Progress
  /** Aborted when the run is to end early: begin nothing new. */
  readonly signal: AbortSignal
}

/** How many races were held as the story defines them, by arm name and replica name. */
export interface RaceCounts {
  readonly planned: number
  readonly held: Readonly<Record<string, number>>
  readonly perReplica: Readonly<Record<string, Readonly<Record<string, number>>>>
}

/** One story: who, what, which fault, what must hold. */
export interface Scenario {
  readonly name: string
  readonly description: string
  /** A paragraph for people: what happens, and what to read off. */
  readonly story: string
  readonly defaults: ScenarioDefaults
  run(context: Context): Promise<RaceCounts>
}
