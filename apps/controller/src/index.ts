export { type Controller, type ControllerDeps, createController } from './controller.ts'
export type { Secrets } from './domain/secrets.ts'
export { mirrorsTo } from './mirrors/index.ts'
export {
  createMemoryDatabase,
  createMemoryStore,
  type MemoryConnection,
  type MemoryDatabase,
} from './store/memory/memory-store.ts'
export { StoreError } from './store/store.ts'
