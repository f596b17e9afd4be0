export { createSimulatedStore, type SimulatedStore } from './simulated-store.ts'
