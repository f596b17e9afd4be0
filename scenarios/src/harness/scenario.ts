import type { ArmResult, Curve, Fault, Plan } from '@keyrace/contracts'
import type { Fixture, FixturePlan } from '@keyrace/load'
import type { World } from '@keyrace/testbed'
import type { Progress } from './progress.ts'
import type { Recorder } from './recording/recorder.ts'

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
  | 'serviceTimesMs'
  | 'reaper'
>

/** What a story has to work with. */
export interface Context {
  readonly plan: Plan
  readonly world: World
  readonly fixture: Fixture
  /** Begins every name that the story makes up, as it begins those of the fixture. */
  readonly prefix: string
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
  /** Of which kinds of mutation, by arm name. */
  readonly byMutation: Readonly<Record<string, ArmResult['races']['byMutation']>>
}

/** Of a story that is no race. */
export const noRaces: RaceCounts = { planned: 0, held: {}, perReplica: {}, byMutation: {} }

/** What a story brings back. */
export interface Told {
  readonly races: RaceCounts
  /** What something costs as something else grows. */
  readonly curves?: readonly Curve[]
  /** Why the story proves nothing, one sentence each: any of them makes the run invalid. */
  readonly doubts?: readonly string[]
  /** What was done to the system. */
  readonly faults?: readonly Fault[]
  /** Promises about which the history alone cannot tell that they were broken. */
  readonly breaches?: readonly Breach[]
}

/** A promise that an arm broke, under the name that it is counted under. */
export interface Breach {
  readonly arm: string
  readonly promise: string
  readonly replica: string
  readonly story: string
  /** Of the operations in the history that show it. */
  readonly ops: readonly string[]
}

/** One story: who, what, which fault, what must hold. */
export interface Scenario {
  readonly name: string
  readonly description: string
  /** A paragraph for people: what happens, and what to read off. */
  readonly story: string
  readonly defaults: ScenarioDefaults
  /** What stands before the story begins, where it is not what the plan says. */
  readonly firstFixture?: (plan: Plan) => FixturePlan
  run(context: Context): Promise<Told>
}
