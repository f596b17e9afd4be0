import { createSimulatedStore } from './simulated-store.ts'
import { describeKeyValueStore } from './testing/suite.ts'

describeKeyValueStore('a simulated etcd', async () =>
  createSimulatedStore().connect(async () => {}),
)
