export { type Cancel, type Clock, sleep, timedOut, timestamp, within } from './clock.ts'
export { type Disk, type Processes, type ProcessIdentity, StorageError } from './disk.ts'
export type { Ids } from './ids.ts'
export { readAddress, readDurationMs } from './notation.ts'
export { createRandom, integer, type Random, uniform } from './random.ts'
export type { RepositoryRoot, RootEntry } from './repository-root.ts'
export type { Trace } from './trace.ts'
export {
  type Answer,
  type Call,
  type Transport,
  TransportError,
  type TransportFailure,
} from './transport.ts'
