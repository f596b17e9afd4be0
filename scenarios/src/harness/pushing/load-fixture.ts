import type { Fixture } from '@keyrace/load'
import type { Context } from '../scenario.ts'

/** Loads a fixture and writes down what stands of it: the apps, and the keys and grants of those who push to them. */
export async function loadFixture({ world, recorder }: Context, fixture: Fixture): Promise<void> {
  const { revision } = await world.load(fixture.lines())
  for (const { app, owner, pusher } of fixture.apps) {
    recorder.stands('createApp', { app, generation: 1, user: owner }, revision)
    recorder.stands('addKey', { user: pusher.user, key: pusher.fingerprint }, revision)
  }
  for (const { app, key } of fixture.racers) {
    const { user, fingerprint } = key
    recorder.stands('addKey', { user, key: fingerprint }, revision)
    recorder.stands('grant', { app: app.app, generation: 1, user }, revision)
  }
}
