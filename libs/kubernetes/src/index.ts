export { type Cluster, type ClusterOptions, createCluster } from './cluster.ts'
export { createSimulatedNamespaces } from './simulated-namespaces.ts'
