import { setTimeout as delay } from 'node:timers/promises'
import type { FixtureApp, PushAttempt, PushConnection } from '@keyrace/load'
import { expect } from 'vitest'
import type { Rig } from './rig.ts'
import { type RigBuilder, taskFor } from './rig-processes.ts'

/** One push after the other to one app, over one builder. */
export interface Lane {
  readonly app: FixtureApp
  readonly attempts: readonly PushAttempt[]
}

/** Pushes that go on whatever happens, until they are stopped. */
export interface Traffic {
  readonly lanes: readonly Lane[]
  /** Waits until each lane has some more pushes like that behind it. */
  until(isMeant: (attempt: PushAttempt) => boolean): Promise<void>
  /** Rejects where a builder did not let a pusher in. */
  stop(): Promise<void>
}

const pauseMs = 20
const some = 3
const patience = { timeout: 30_000 }

/** Two lanes a builder: one keeps its connection, the other opens one for each push. */
export async function startTraffic({ apps, builders }: Rig): Promise<Traffic> {
  const stopping = new AbortController()
  const standing = await Promise.all(builders.map((builder, n) => openLane(builder, appAt(n))))
  const fresh = builders.map((builder, n) => {
    const app = appAt(builders.length + n)
    return { app, push: () => builder.push(app), close: async () => {} }
  })
  const lanes = [...standing, ...fresh].map((lane) => ({ ...lane, attempts: [] as PushAttempt[] }))
  const ended = Promise.all(
    lanes.map(async ({ attempts, push, close }) => {
      while (!stopping.signal.aborted) {
        attempts.push(await push())
        await delay(pauseMs)
      }
      await close()
    }),
  )
  // It is `stop` that tells.
  ended.catch(() => {})
  return {
    lanes,
    async until(isMeant) {
      const from = lanes.map(({ attempts }) => attempts.length)
      const isDone = () =>
        lanes.every(({ attempts }, lane) => {
          return attempts.slice(from[lane]).filter(isMeant).length >= some
        })
      await expect.poll(isDone, patience).toBe(true)
    },
    async stop() {
      stopping.abort()
      await ended
    },
  }

  function appAt(index: number): FixtureApp {
    const app = apps[index]
    if (app === undefined) throw new Error('the fixture has too few apps')
    return app
  }
}

async function openLane(builder: RigBuilder, app: FixtureApp) {
  const connection: PushConnection = await builder.connect(app.pusher)
  return {
    app,
    push: () => connection.push(taskFor(app)),
    close: () => connection.close(),
  }
}
