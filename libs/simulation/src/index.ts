export { type Drain, drainByTurn } from './drain.ts'
export { type Bounds, type Kernel, SimulationError, type TraceSummary } from './kernel.ts'
export { drawLatencyMs, type LatencyMs } from './latency.ts'
export { createSimulatedDisk, type SimulatedDiskDeps } from './ports/disk.ts'
export {
  createNetwork,
  type Link,
  type Network,
  type NetworkDeps,
  type Stream,
} from './ports/network.ts'
export { createProcessTable, type ProcessTable } from './ports/processes.ts'
export { createSimulatedTransport, type SimulatedTransportDeps } from './ports/transport.ts'
export { type Simulated, type Simulation, simulate } from './simulate.ts'
