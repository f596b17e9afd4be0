export { type Connection, createConnection, type Identity } from './connection.ts'
export {
  type AskWhatIsGone,
  askForList,
  askPerApp,
  type Gone,
  goneAmong,
} from './gone.ts'
export { createFileLocks, locksOn } from './locks/file-lock.ts'
export { createLocks } from './locks/index.ts'
export { repositoryNaming } from './names-only.ts'
export { createNoticedRemovals } from './noticed-removals.ts'
export type { PushRequest } from './push.ts'
export { createPushService } from './push-service.ts'
export {
  createRemoval,
  listRoot,
  type Removal,
  type RemovalOutcome,
  type RootContents,
} from './removal.ts'
export {
  type CommitVerdict,
  type PushChannel,
  parseRepositoryName,
  type Receipt,
  type ReceiveHooks,
  type Repositories,
  type RepositoryPush,
  repositoryName,
} from './repositories.ts'
