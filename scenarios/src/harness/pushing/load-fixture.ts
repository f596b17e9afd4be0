import type { Fixture } from '@keyrace/load'
import type { Context } from '../scenario.ts'

/** Loads a fixture and writes down what stands of it: the apps, and the keys that push to them. */
export async function loadFixture({ world, recorder }: Context, fixture: Fixture): Promise<void> {
  const { revision } = await world.load(fixture.lines())
  for (const { app, owner, pusher } of fixture.apps) {
    recorder.stands('createApp', { app, generation: 1, user: owner }, revision)
    recorder.stands('addKey', { user: pusher.user, key: pusher.fingerprint }, revision)
  }
}
