import type { ErrorCode, LatestGeneration } from '@keyrace/contracts'
import { describe, expect, test } from 'vitest'
import { askForList, askPerApp, type Gone } from './gone.ts'
import { createNoticedRemovals } from './noticed-removals.ts'
import { createFakeClient, type FakeCall } from './testing/fake-client.ts'
import { createTickingClock } from './testing/fakes.ts'
import { createMemoryRoot } from './testing/memory-root.ts'

type Answer = LatestGeneration | ErrorCode | 'away'

function setUp(
  answer: (app: string) => Answer,
  { longestQueue = 100, whileRemoving = async () => {} } = {},
) {
  const root = createMemoryRoot('app.1.git', 'app.2.git', 'app.10.git', 'apple.1.git')
  const removed: string[] = []
  const { client, calls } = createFakeClient(({ input }: FakeCall) => {
    root.calls.push('ask')
    const given = answer((input.params as { app: string }).app)
    return typeof given === 'string' ? given : { body: given }
  })
  const noticed = createNoticedRemovals({
    clock: createTickingClock(),
    root,
    removal: {
      async remove({ app, generation }: Gone) {
        removed.push(`${app}.${generation}`)
        await whileRemoving()
        return 'removed'
      },
    },
    ask: askPerApp({ controller: client, timeoutMs: 1 }),
    longestQueue,
  })
  const settled = async () => {
    for (let turn = 0; turn < 10; turn++) await new Promise(setImmediate)
  }
  return { noticed, root, removed, calls, settled }
}

const latest = (generation: number, stands: boolean) => ({ app: 'app', generation, stands })

describe('an app that a push found gone', () => {
  test('loses exactly the repositories that the controller says are gone, asked after they were listed', async () => {
    const { noticed, root, removed, settled } = setUp(() => latest(2, true))
    noticed.notice('app')
    await settled()
    expect(root.calls).toEqual(['list', 'ask'])
    expect(removed).toEqual(['app.1'])
  })

  test.each<[string, Answer]>([
    ['stands', latest(1, true)],
    ['is not known', 'app-not-found'],
    ['is another one in the answer', { app: 'apple', generation: 9, stands: false }],
  ])('loses nothing where it %s', async (_, answer) => {
    const { noticed, removed, settled } = setUp(() => answer)
    noticed.notice('app')
    await settled()
    expect(removed).toEqual([])
  })

  test('is not asked about where it has no repository', async () => {
    const { noticed, calls, settled } = setUp(() => latest(9, false))
    noticed.notice('nothing')
    await settled()
    expect(calls).toEqual([])
  })

  test('loses nothing while the controller is away, is asked about again, and is queued once', async () => {
    let away = 3
    const { noticed, calls, removed, settled } = setUp(() =>
      away-- > 0 ? 'away' : latest(1, false),
    )
    for (let push = 0; push < 5; push++) noticed.notice('app')
    await settled()
    expect(calls).toHaveLength(4)
    expect(removed).toEqual(['app.1'])
  })

  test('keeps its further generations where the end comes during the removal of one', async () => {
    const removing = Promise.withResolvers<void>()
    const { noticed, removed, settled } = setUp(() => latest(10, false), {
      whileRemoving: () => removing.promise,
    })
    noticed.notice('app')
    await settled()
    const closed = noticed.close()
    removing.resolve()
    await closed
    expect(removed).toEqual(['app.1'])
  })

  test('is left to the next push where the queue is full, and to others after the end', async () => {
    const { noticed, calls, settled } = setUp(() => latest(1, false), { longestQueue: 1 })
    for (const app of ['app', 'apple', 'apple']) noticed.notice(app)
    await settled()
    await noticed.close()
    noticed.notice('app')
    await settled()
    expect(calls.map(({ input }) => input.params)).toEqual([{ app: 'app' }, { app: 'apple' }])
  })
})

test('a list that names nothing says nothing', async () => {
  const { client } = createFakeClient(() => ({ body: { generations: [] } }))
  const words = askForList({ controller: client, timeoutMs: 1 })([{ app: 'app', generation: 1 }])
  await expect(words[Symbol.asyncIterator]().next()).rejects.toMatchObject({ code: 'malformed' })
})
