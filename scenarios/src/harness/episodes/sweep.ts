import { sleep } from '@keyrace/environment'
import type { Context } from '../scenario.ts'
import { setServiceTime } from './service-time.ts'
import { createSpareApp, pushUntilAccepted } from './spare-app.ts'

const attempts = 5
/** How long the reaper waits for an answer that is as old as the question by then. */
const answerMs = 300

/**
 * An app is created and pushed to while the answer to a reaper's question is under way: whoever looks at the
 * disk only then finds a repository of which the answer cannot know.
 */
export async function createBesideSweep(context: Context): Promise<void> {
  const { clock } = context.world
  for (const [index, arm] of context.world.arms.entries()) {
    const [replica] = arm.replicas
    for (let attempt = 1; attempt <= attempts && replica !== undefined; attempt++) {
      if (context.signal.aborted) return
      await setServiceTime(context, answerMs)
      await sleep(clock, answerMs / 2)
      await setServiceTime(context)
      const app = await createSpareApp(context, `new-${index + 1}-${attempt}`)
      await pushUntilAccepted(context, { arm, replica, app, nonce: 'first' })
      await sleep(clock, answerMs)
    }
  }
}
