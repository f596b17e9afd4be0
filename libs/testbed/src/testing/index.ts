export { canRunContainers } from './can-run-containers.ts'
export { freePort } from './free-port.ts'
export { commandOf, descendantsOf, isRunning, stateOf } from './process-tree.ts'
