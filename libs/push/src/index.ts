export type { Candidate, CommitAnswer, CommitCheck } from './commit-checks/commit-check.ts'
export { commitChecks } from './commit-checks/index.ts'
export { type Connection, createConnection, type Identity } from './connection.ts'
export { type GitCommand, parseGitCommand } from './git-command.ts'
export { createFileLocks, type FileLockDeps } from './locks/file-lock.ts'
export type { Acquired, HeldLock, Locks } from './locks/lock.ts'
export { createPushPipeline, type PushPipeline, type PushRequest } from './push.ts'
export {
  type CommitVerdict,
  type PushChannel,
  type Receipt,
  type ReceiveHooks,
  type Repositories,
  type RepositoryPush,
  repositoryName,
} from './repositories.ts'
export { createSettler, type Settler, settlePendingReleases } from './settle.ts'
