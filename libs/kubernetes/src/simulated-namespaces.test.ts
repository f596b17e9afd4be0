import { setTimeout as delay } from 'node:timers/promises'
import { realClock } from '@keyrace/environment/real'
import { createCluster } from './cluster.ts'
import { createSimulatedNamespaces } from './simulated-namespaces.ts'
import { describeNamespaces, suiteCluster } from './testing/suite.ts'

describeNamespaces('simulated namespaces', async () => ({
  namespaces: createSimulatedNamespaces({
    ...suiteCluster,
    clock: realClock,
    cluster: createCluster({ ...suiteCluster, clock: realClock }),
    travel: () => delay(1),
  }),
  stop: async () => {},
}))
