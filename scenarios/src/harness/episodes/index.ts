import type { Context } from '../scenario.ts'
import { goBackAcrossReplicas } from './coherence.ts'
import { pushBesideAnother } from './crowd.ts'
import { pushAsNamesake } from './stranger.ts'
import { createBesideSweep } from './sweep.ts'

/**
 * What races do not show of a system that has something of the original: who else is let in, who is at work
 * beside whom, what a reaper has not heard of, and what replicas know of each other. Answers what kept the
 * stories from being told.
 */
export async function playEpisodes(context: Context): Promise<string[]> {
  const { plan, progress, signal } = context
  const isOurs = plan.quirks.length === 0 && plan.repositories === 'shared'
  if (isOurs || signal.aborted) return []
  progress({ kind: 'phase', name: 'looking beside the races' })
  await pushAsNamesake(context)
  await pushBesideAnother(context)
  if (plan.reaper !== null) await createBesideSweep(context)
  return await goBackAcrossReplicas(context)
}
