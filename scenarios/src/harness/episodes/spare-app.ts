import { sleep } from '@keyrace/environment'
import type { FixtureApp } from '@keyrace/load'
import type { Arm } from '@keyrace/testbed'
import { mutationsOf } from '../mutations.ts'
import { type PushOrder, pushAfresh } from '../pushing/push.ts'
import { type PushRecord, wasAccepted } from '../recording/push-record.ts'
import type { Context } from '../scenario.ts'

export type SpareApp = Pick<FixtureApp, 'app' | 'owner' | 'token' | 'pusher'>

/** What is to be said of a push in an episode; nonces need to tell pushes to one app apart. */
export type EpisodePush = Pick<PushOrder, 'arm' | 'replica' | 'nonce' | 'ref' | 'asRoot'> & {
  readonly app: Pick<SpareApp, 'app' | 'pusher'>
}

/** Beyond the claim. */
const patienceMs = 5_000
const pauseMs = 100

/** An app that no race is about, by default of the first owner of the fixture. */
export async function createSpareApp(
  context: Context,
  name: string,
  owner: FixtureApp | undefined = context.fixture.apps[0],
): Promise<SpareApp> {
  if (owner === undefined) throw new Error('the fixture has nobody who could own an app')
  const app = { ...owner, app: `${context.prefix}${name}` }
  await mutationsOf(context).createApp(app)
  return app
}

/** On a connection of its own. */
export function pushTo(context: Context, push: EpisodePush): Promise<PushRecord> {
  return pushAfresh(orderOf(context, push), context)
}

/** The same push again, until all copies know that the app stands. */
export async function pushUntilAccepted(context: Context, push: EpisodePush): Promise<boolean> {
  const { clock } = context.world
  const giveUpAt = clock.now() + grantBoundMs(push.arm) + patienceMs
  while (!wasAccepted(await pushTo(context, push))) {
    if (clock.now() >= giveUpAt || context.signal.aborted) return false
    await sleep(clock, pauseMs)
  }
  return true
}

export function orderOf({ world }: Context, { app, nonce, ...push }: EpisodePush): PushOrder {
  return {
    ...push,
    app: app.app,
    key: app.pusher,
    nonce: `${app.app}/${nonce}`,
    phase: 'race',
    block: null,
    serviceTimeMs: null,
    intendedAt: world.clock.now(),
  }
}

function grantBoundMs({ claim }: Arm): number {
  return claim.grant.app.ms ?? 0
}
