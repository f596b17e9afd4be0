export { type Controller, type ControllerDeps, createController } from './controller.ts'
export type { Secrets } from './domain/secrets.ts'
export { createMemoryStore, type MemoryStoreOptions } from './store/memory/memory-store.ts'
export { type Store, StoreError } from './store/store.ts'
