import type { Attempt, Sighting } from './history.ts'
import { idOf } from './registers.ts'

/** Who may have made a repository, or written to it. */
export interface Activity {
  /** The pushes that were let in, or may have been, and that began before the sighting. */
  before(sighting: Sighting): readonly Attempt[]
}

export function createActivity(attempts: readonly Attempt[]): Activity {
  const letIn = attempts.filter(({ admission }) => admission?.type !== 'denied')
  // Without evidence the generation is not known, and may have been any.
  const byRepository = Map.groupBy(letIn, ({ push }) => idOf(push.app, push.generation))
  return {
    before: ({ app, generation, at }) =>
      [generation, null]
        .flatMap((one) => byRepository.get(idOf(app, one)) ?? [])
        .filter(({ push }) => push.inv < at),
  }
}
