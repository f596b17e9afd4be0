export {
  type AttemptOutcome,
  ConnectionRefused,
  type PushAttempt,
  type PushConnection,
  type PushKey,
  type PushTask,
} from './push-client.ts'
