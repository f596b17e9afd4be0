import type { Context } from '../scenario.ts'
import { createSpareApp, pushTo } from './spare-app.ts'

/**
 * Somebody owns an app whose name begins like that of another's, and pushes to the other's, through each
 * builder. Who is let in is for the checker to find.
 */
export async function pushAsNamesake(context: Context): Promise<void> {
  const { world, fixture, signal } = context
  const [first] = fixture.apps
  const other = fixture.apps.find(({ owner }) => owner !== first?.owner)
  if (first === undefined || other === undefined) return
  const app = await createSpareApp(context, 'namesake', other)
  await createSpareApp(context, 'namesake-of-another', first)
  const stranger = { app: app.app, pusher: first.pusher }
  for (const arm of world.arms) {
    for (const replica of arm.replicas) {
      if (signal.aborted) return
      await pushTo(context, { arm, replica, app: stranger, nonce: `${arm.name}/${replica.name}` })
    }
  }
}
