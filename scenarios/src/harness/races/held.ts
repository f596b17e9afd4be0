import type { PushRecord } from '../recording/push-record.ts'
import type { MutationRecord } from '../recording/recorder.ts'
import type { RaceStory } from './race-story.ts'
import type { Runner } from './runner.ts'

/**
 * The names of the lanes in which a race was held: a decided push began there after the mutation's
 * acknowledgement (on a fresh connection too, where the story has them), and where a right was ended, one
 * overlapped the mutation.
 */
export async function heldIn(
  runners: readonly Runner[],
  { effect, isFreshToo = false }: RaceStory,
  { type, invokedAt, completedAt }: MutationRecord,
): Promise<ReadonlySet<string>> {
  const held = new Set<string>()
  if (type !== 'ok') return held
  for (const runner of runners) {
    const decided = (await Promise.all(runner.pushes)).filter(wasDecided)
    const followed = decided.filter(({ attempt }) => attempt.stamps.execAt > completedAt)
    const overlapped = decided.some(({ attempt: { stamps } }) => {
      return stamps.execAt <= completedAt && stamps.doneAt >= invokedAt
    })
    const isRaced = effect === 'grant' || overlapped
    const isAskedAfresh = !isFreshToo || followed.some(({ fresh }) => fresh)
    if (followed.length > 0 && isRaced && isAskedAfresh) held.add(runner.name)
  }
  return held
}

function wasDecided({ attempt }: PushRecord): boolean {
  return ['ok', 'denied', 'rejected'].includes(attempt.outcome)
}
