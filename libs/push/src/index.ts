export { type Connection, createConnection, type Identity } from './connection.ts'
export { createFileLocks } from './locks/file-lock.ts'
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
