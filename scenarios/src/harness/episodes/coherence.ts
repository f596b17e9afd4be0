import type { Arm, Replica } from '@keyrace/testbed'
import type { Context } from '../scenario.ts'
import { createSpareApp, pushTo, pushUntilAccepted, type SpareApp } from './spare-app.ts'

/**
 * "Everything up-to-date": one commit is pushed through a replica and another through the next, and then
 * somebody goes back to the first through the first replica, by force. Where replicas have repositories of
 * their own, that replica has never heard of the second commit. Answers what kept the story from being told.
 */
export async function goBackAcrossReplicas(context: Context): Promise<string[]> {
  const doubts: string[] = []
  for (const [index, arm] of context.world.arms.entries()) {
    const [here, there] = arm.replicas
    if (here === undefined || there === undefined || context.signal.aborted) continue
    const app = await createSpareApp(context, `going-back-${index + 1}`)
    const wasTold = await goBack(context, { arm, here, there, app })
    if (!wasTold) doubts.push(`${arm.name} did not accept the commit that was to be gone back to`)
  }
  return doubts
}

async function goBack(
  context: Context,
  { arm, here, there, app }: { arm: Arm; here: Replica; there: Replica; app: SpareApp },
): Promise<boolean> {
  const first = { arm, replica: here, app, nonce: 'first' }
  if (!(await pushUntilAccepted(context, first))) return false
  await pushTo(context, { ...first, replica: there, nonce: 'second' })
  await pushTo(context, { ...first, asRoot: true })
  return true
}
