import type { Usage } from '@keyrace/contracts'
import { sleep } from '@keyrace/environment'
import type { Arm } from '@keyrace/testbed'
import type { Context } from '../scenario.ts'
import { wasAccepted } from './push-record.ts'

const pauseMs = 10
const patienceMs = 1_000

/**
 * What the controller has charged to an arm once it has heard of all pushes that were accepted: without a
 * commit check, a release is recorded when the client has its answer already.
 */
export async function settledUsage(
  { world, recorder }: Pick<Context, 'world' | 'recorder'>,
  { name }: Arm,
): Promise<Usage> {
  const accepted = recorder.pushes().filter((push) => push.arm === name && wasAccepted(push)).length
  const giveUpAt = world.clock.now() + patienceMs
  let before = await usageOf(world, name)
  while (true) {
    await sleep(world.clock, pauseMs)
    const now = await usageOf(world, name)
    // A request is counted as it comes, and its bytes when it is answered.
    const isSettled = before.requests.publish >= accepted && now.bytes === before.bytes
    if (isSettled || world.clock.now() >= giveUpAt) return now
    before = now
  }
}

async function usageOf({ usage }: Context['world'], arm: string): Promise<Usage> {
  const charged = (await usage())[arm]
  if (charged === undefined) throw new Error(`${arm} has no usage`)
  return charged
}
