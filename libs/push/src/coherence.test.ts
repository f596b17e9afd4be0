import { expect, test } from 'vitest'
import { createCoherenceCheck } from './coherence.ts'
import { repositoryName } from './repositories.ts'
import { createFakeClient } from './testing/fake-client.ts'
import { createMemoryRoot } from './testing/memory-root.ts'

const app = { app: 'blue', generation: 1 }
const [ref, here] = ['refs/heads/main', 'a'.repeat(40)]

function check(answer: Parameters<typeof createFakeClient>[0], ...repositories: string[]) {
  const { client } = createFakeClient(answer)
  const root = createMemoryRoot(...repositories)
  return createCoherenceCheck({ controller: client, root, nameOf: repositoryName, timeoutMs: 1 })
}

const released = (refs: Record<string, string>) => () => ({ body: { refs }, generation: 1 })

test.each([
  ['its refs stand where the releases left them', { [ref]: here }, 'coherent'],
  ['nothing was released yet', {}, 'coherent'],
  ['another replica has moved a ref', { [ref]: 'b'.repeat(40) }, 'behind'],
  ['it lacks a ref that was released', { 'refs/heads/other': here }, 'behind'],
])('a repository of which %s', async (_, refs, kind) => {
  expect(await check(released(refs), 'blue.1.git')(app)).toEqual({ kind })
})

test('a replica that has no repository at all is behind, once there was a release', async () => {
  expect(await check(released({ [ref]: here }))(app)).toEqual({ kind: 'behind' })
})

test('of another generation nothing is said: the publish refuses this one', async () => {
  const coherence = await check(released({ [ref]: here }))({ ...app, generation: 2 })
  expect(coherence).toEqual({ kind: 'coherent' })
})

test('a controller that is away leaves it open, which lets nobody in', async () => {
  expect(await check(() => 'away', 'blue.1.git')(app)).toEqual({
    kind: 'unknown',
    reason: 'timeout',
  })
})
