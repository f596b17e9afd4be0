import { sleep } from '@keyrace/environment'
import { ConnectionRefused, type PushKey } from '@keyrace/load'
import type { Arm, Replica } from '@keyrace/testbed'
import type { Context } from '../scenario.ts'

const pauseMs = 50
const patienceMs = 10_000

/**
 * Waits until each replica lets the key in that was loaded last, and until it may be expected to know its app: a copy
 * has its own claim to catch up.
 */
export async function awaitReadiness(
  context: Context,
  key = context.fixture.apps.at(-1)?.pusher,
): Promise<void> {
  if (key === undefined) throw new Error('the fixture has no app to push to')
  await Promise.all(
    context.world.arms.flatMap((arm) =>
      arm.replicas.map((replica) => awaitReplica(context, { arm, replica, key })),
    ),
  )
}

async function awaitReplica(
  { world: { clock }, signal }: Context,
  { arm, replica, key }: { arm: Arm; replica: Replica; key: PushKey },
): Promise<void> {
  const giveUpAt = clock.now() + (arm.claim.grant.key.ms ?? 0) + patienceMs
  while (!signal.aborted) {
    try {
      await (await replica.connect(key)).close()
      return await sleep(clock, appsBehindKeysMs(arm), signal)
    } catch (error) {
      if (!(error instanceof ConnectionRefused)) throw error
      if (clock.now() >= giveUpAt) {
        const message = `${arm.name}/${replica.name} never let the fixture's keys in`
        throw new Error(message, { cause: error })
      }
      await sleep(clock, pauseMs, signal)
    }
  }
}

/** Who asks whose a key is may still have a copy of the apps. */
function appsBehindKeysMs({ claim: { grant } }: Arm): number {
  return Math.max(0, (grant.app.ms ?? 0) - (grant.key.ms ?? 0))
}
