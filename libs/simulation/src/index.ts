export type { Drain } from './drain.ts'
export {
  counted,
  type Fault,
  type Freezable,
  type InjectedFault,
  type Restartable,
  type Vulnerable,
} from './faults/fault.ts'
export { createImpediments, type Impediments } from './faults/impediments.ts'
export { faults } from './faults/index.ts'
export { type Bounds, type Kernel, SimulationError, type TraceSummary } from './kernel.ts'
export { drawLatencyMs, type LatencyMs } from './latency.ts'
export type { OnEvent } from './observed-kernel.ts'
export type { ProcessClock } from './ports/clock.ts'
export { createSimulatedDisk, type SimulatedDisk } from './ports/disk.ts'
export { createSimulatedInboxes, type Inboxes } from './ports/inbox.ts'
export { createNetwork, type Link, type Network, type Stream } from './ports/network.ts'
export { createNodes, type Host, type Nodes, type SimulatedProcess } from './ports/nodes.ts'
export {
  createPoints,
  type PointChances,
  type PointCount,
  type SimulatedPoints,
} from './ports/points.ts'
export { createSimulatedPrivateFiles } from './ports/private-files.ts'
export { createProcessTable, type ProcessTable } from './ports/processes.ts'
export { createSimulatedTransport } from './ports/transport.ts'
export { type Simulated, type Simulation, simulate } from './simulate.ts'
