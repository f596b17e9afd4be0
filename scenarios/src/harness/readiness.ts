import { sleep } from '@keyrace/environment'
import { ConnectionRefused } from '@keyrace/load'
import type { Arm, Replica } from '@keyrace/testbed'
import type { Context } from './scenario.ts'

const pauseMs = 50
const patienceMs = 10_000

/** Waits until each replica lets the fixture's keys in: a copy has its own claim to catch up. */
export async function awaitReadiness(context: Context): Promise<void> {
  await Promise.all(
    context.world.arms.flatMap((arm) =>
      arm.replicas.map((replica) => awaitReplica(context, arm, replica)),
    ),
  )
}

async function awaitReplica(
  { world: { clock }, fixture, signal }: Context,
  { name, claim }: Arm,
  replica: Replica,
): Promise<void> {
  const giveUpAt = clock.now() + (claim.grant.key.ms ?? 0) + patienceMs
  const key = fixture.apps.at(-1)?.pusher
  if (key === undefined) throw new Error('the fixture has no app to push to')
  while (!signal.aborted) {
    try {
      return await (await replica.connect(key)).close()
    } catch (error) {
      if (!(error instanceof ConnectionRefused)) throw error
      if (clock.now() < giveUpAt) await sleep(clock, pauseMs, signal)
      else
        throw new Error(`${name}/${replica.name} never let the fixture's keys in`, { cause: error })
    }
  }
}
