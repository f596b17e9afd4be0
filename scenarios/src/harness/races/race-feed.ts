import type { MutationRecord } from '../recording/recorder.ts'
import type { Context } from '../scenario.ts'
import { lagBoundMs, type RaceStory } from './race-story.ts'
import type { Runner } from './runner.ts'

/** The feed for those who watch; the judgement comes later, and from the history. */
export async function tellStale(
  { progress }: Context,
  story: RaceStory,
  runners: readonly Runner[],
  { type, completedAt }: MutationRecord,
): Promise<void> {
  if (type !== 'ok' || story.isRestored) return
  const { outcome, deed } = wrong[story.effect]
  for (const runner of runners) {
    for (const { app, attempt, fresh } of await Promise.all(runner.pushes)) {
      const lagMs = attempt.stamps.execAt - completedAt
      if (attempt.outcome !== outcome || lagMs <= 0) continue
      const stale = `${Math.round(lagMs)} ms, ${standing(runner, story, lagMs)} its claim`
      const where = fresh ? ' on a fresh connection' : ''
      const text = `${runner.name} ${deed}${where} (${stale}) to ${app}`
      progress({ kind: 'race', text })
    }
  }
}

/** What nobody should see after the mutation. */
const wrong = {
  revocation: { outcome: 'ok', deed: 'accepted a stale push' },
  grant: { outcome: 'denied', deed: 'denied a push that has the right' },
} as const

function standing({ arm }: Runner, story: RaceStory, lagMs: number): string {
  return lagMs <= (lagBoundMs(arm, story) ?? Infinity) ? 'within' : 'beyond'
}
