export { type Controller, type ControllerDeps, createController } from './controller.ts'
export type { Secrets } from './domain/secrets.ts'
export { mirrorsTo } from './mirrors/index.ts'
export { createMemoryStore } from './store/memory/memory-store.ts'
