export {
  type CallOptions,
  type ControllerClient,
  ControllerUnavailable,
  type Credentials,
  createControllerClient,
  type Result,
} from './client.ts'
