export { createFakeClient, type FakeCall } from './testing/fake-client.ts'
export { createMemoryRoot, type MemoryRoot } from './testing/memory-root.ts'
