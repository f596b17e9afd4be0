export { type Connection, createConnection, type Identity } from './connection.ts'
export { type GitCommand, parseGitCommand } from './git-command.ts'
export { createFileLocks, type FileLockDeps } from './locks/file-lock.ts'
export type { Acquired, HeldLock, Locks } from './locks/lock.ts'
export type { PushRequest } from './push.ts'
export { createPushService } from './push-service.ts'
export {
  type CommitVerdict,
  type PushChannel,
  type Receipt,
  type ReceiveHooks,
  type Repositories,
  type RepositoryPush,
  repositoryName,
} from './repositories.ts'
