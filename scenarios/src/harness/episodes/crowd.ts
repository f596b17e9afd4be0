import { sleep } from '@keyrace/environment'
import type { Arm, Replica } from '@keyrace/testbed'
import { pushOn } from '../pushing/push.ts'
import type { Context } from '../scenario.ts'
import { setServiceTime } from './service-time.ts'
import { createSpareApp, orderOf, pushUntilAccepted } from './spare-app.ts'

/** What the controller takes meanwhile, as a build did, and when the second push follows the first. */
const buildMs = 400
const followsAfterMs = 200

/**
 * Two pushes to two branches of one app, through one builder, while each takes its time. They are to go one
 * after the other, or the second one is told that the first is at work.
 */
export async function pushBesideAnother(context: Context): Promise<void> {
  for (const [index, arm] of context.world.arms.entries()) {
    const [replica] = arm.replicas
    if (replica === undefined || context.signal.aborted) continue
    await crowd(context, { arm, replica, name: `crowded-${index + 1}` })
  }
}

async function crowd(
  context: Context,
  { arm, replica, name }: { arm: Arm; replica: Replica; name: string },
): Promise<void> {
  const { clock } = context.world
  const app = await createSpareApp(context, name)
  if (!(await pushUntilAccepted(context, { arm, replica, app, nonce: 'before' }))) return
  const [first, second] = [await replica.connect(app.pusher), await replica.connect(app.pusher)]
  const push = (nonce: string) =>
    orderOf(context, { arm, replica, app, nonce, ref: `refs/heads/${nonce}` })
  await setServiceTime(context, buildMs)
  const pushing = pushOn(first, push('one'), context)
  await sleep(clock, followsAfterMs)
  await Promise.all([pushing, pushOn(second, push('another'), context)])
  await setServiceTime(context)
  await Promise.all([first.close(), second.close()])
}
