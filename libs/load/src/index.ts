export type { Arrivals } from './arrivals/arrivals.ts'
export { type ArrivalsName, arrivals } from './arrivals/index.ts'
export {
  createFixture,
  type Fixture,
  type FixtureApp,
  type FixturePlan,
} from './fixture/fixture.ts'
export { createHostKey } from './fixture/host-key.ts'
export { createCommitFactory, type PreparedCommit } from './git/commit-factory.ts'
export {
  type AttemptOutcome,
  ConnectionRefused,
  type PushAttempt,
  type PushConnection,
  type PushKey,
  type PushTask,
} from './push-client.ts'
export { type SampleLabels, sampleOf, type TimedPush } from './sample.ts'
export { runSchedule, type Schedule, type ScheduleReport } from './schedule.ts'
export { connectSsh, type SshOptions } from './ssh-push-client.ts'
