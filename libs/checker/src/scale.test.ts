import { expect, test } from 'vitest'
import { history } from './testing/history-builder.ts'
import { tried } from './testing/trial.ts'

const [pushes, mutations] = [100_000, 10_000]
const apart = 10

test.each([
  ['in one register', () => 'blue'],
  ['spread over many apps', (n: number) => `app-${n % 1000}`],
])(
  'a hundred thousand pushes among ten thousand mutations %s are judged',
  (_, appOf) => {
    const story = history().key('alice').key('bob')
    const apps = new Set(Array.from({ length: mutations }, (_, n) => appOf(n)))
    for (const app of apps) story.app(app, 1, 'alice')
    for (let n = 0; n < mutations; n++) {
      const f = Math.floor(n / apps.size) % 2 === 0 ? 'grant' : 'revokeGrant'
      const at = 100 + n * apart * 10
      story.mutation(f, { app: appOf(n), generation: 1, user: 'bob' }, [at, at + 1])
    }
    for (let n = 0; n < pushes; n++) {
      const at = 105 + n * apart
      const who = n % 2 === 0 ? 'alice' : 'bob'
      story.push({
        at: [at, at + 2],
        user: who,
        key: `k-${who}`,
        app: appOf(n),
        admission: 'unseen',
      })
    }
    const { correctness } = tried(story, { require: 'linearizable' })
    expect(correctness.staleAccepts).toBeGreaterThan(pushes / 10)
    expect(correctness.violations['unauthorised-accept']).toBeLessThan(pushes / 10)
  },
  60_000,
)
