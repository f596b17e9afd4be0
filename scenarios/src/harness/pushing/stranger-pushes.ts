import type { FixtureApp } from '@keyrace/load'
import type { Context } from '../scenario.ts'
import { type PushOrder, pushAfresh } from './push.ts'

/**
 * Each owner pushes to the app of the one after, the last to one of the fixture. Who is let in is for the
 * checker to find; who was not denied in so many words is told here, one sentence each.
 */
export async function pushAsStrangers(
  context: Context,
  owners: readonly FixtureApp[],
): Promise<string[]> {
  const undenied: string[] = []
  for (const order of ordersOf(context, owners)) {
    if (context.signal.aborted) break
    const push = await pushAfresh({ ...order, intendedAt: context.world.clock.now() }, context)
    const { outcome } = push.attempt
    if (outcome !== 'denied') {
      undenied.push(`${push.arm} did not deny a stranger a push to ${push.app}: ${outcome}`)
    }
  }
  return undenied
}

function ordersOf(
  { world, fixture }: Context,
  owners: readonly FixtureApp[],
): Omit<PushOrder, 'intendedAt'>[] {
  const apps = [...owners.slice(1), ...fixture.apps]
  // Who leaves permission to the commit has nothing to deny at the exec request.
  const arms = world.arms.filter(({ claim }) => claim.revocation.permission.ms !== null)
  return arms.flatMap((arm) =>
    arm.replicas.flatMap((replica) =>
      owners.map((owner, index) => {
        const { app } = apps[index] as FixtureApp
        return {
          arm,
          replica,
          app,
          key: owner.pusher,
          nonce: `stranger/${arm.name}/${replica.name}/${app}`,
          phase: 'race',
          block: null,
          serviceTimeMs: null,
        }
      }),
    ),
  )
}
