export {
  type CallOptions,
  type ControllerClient,
  ControllerUnavailable,
  type Credentials,
  createControllerClient,
  type Result,
  type StreamName,
  type Subscription,
} from './client.ts'
export { receiveDeliveries } from './deliveries.ts'
