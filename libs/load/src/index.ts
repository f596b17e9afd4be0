export type { Arrivals } from './arrivals/arrivals.ts'
export { type ArrivalsName, arrivals } from './arrivals/index.ts'
export {
  type Capacity,
  type CapacityOptions,
  type CapacityTarget,
  measureCapacity,
} from './capacity.ts'
export type { Connect, ConnectOptions } from './client-connect.ts'
export { type Clients, createClients } from './clients.ts'
export { type ClosedLoop, runClosedLoop } from './closed-loop.ts'
export { ed25519FromText } from './fixture/ed25519.ts'
export {
  createFixture,
  type Fixture,
  type FixtureApp,
  type FixturePlan,
  type Racer,
} from './fixture/fixture.ts'
export { createHostKey, publicHostKey } from './fixture/host-key.ts'
export { syntheticPushKey } from './fixture/synthetic-key.ts'
export {
  createCommitFactory,
  type FinishedCommit,
  type PreparedCommit,
} from './git/commit-factory.ts'
export { pack } from './git/pack.ts'
export { createPacketParser, encodePacket, flushPacket } from './git/pkt-line.ts'
export { type LoadReport, type LoadRun, runLoad } from './load.ts'
export { connectOpenSsh } from './openssh/openssh-client.ts'
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
