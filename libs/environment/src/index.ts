export { type Cancel, type Clock, sleep, timedOut, timestamp, within } from './clock.ts'
export { type Disk, type Processes, type ProcessIdentity, StorageError } from './disk.ts'
export type { Ids } from './ids.ts'
export type { Inbox, OpenInbox } from './inbox.ts'
export { type KeyValue, type KeyValueStore, KeyValueStoreError } from './key-value-store.ts'
export {
  type LabelSelector,
  type Namespace,
  type NamespaceEvent,
  type NamespaceList,
  type Namespaces,
  NamespacesError,
  type NamespacesFailure,
} from './namespaces.ts'
export { readAddress, readDurationMs } from './notation.ts'
export { type PointName, type Points, points } from './points.ts'
export type { PrivateFiles } from './private-files.ts'
export { createRandom, integer, type Random, uniform } from './random.ts'
export type { RepositoryRoot, RootEntry } from './repository-root.ts'
export { createTextHash } from './text-hash.ts'
export type { Trace } from './trace.ts'
export {
  type Answer,
  type Call,
  type Transport,
  TransportError,
  type TransportFailure,
} from './transport.ts'
export { withoutDeadlines } from './without-deadlines.ts'
