import type { Attempt, Sighting } from './history.ts'
import { repositoryOf } from './names.ts'

/** Who may have made a repository, or written to it. */
export interface Activity {
  /** The pushes that were let in, or may have been, and that began before the sighting. */
  before(sighting: Sighting): readonly Attempt[]
}

export function createActivity(attempts: readonly Attempt[]): Activity {
  const letIn = attempts.filter(({ admission }) => admission?.type !== 'denied')
  // Without evidence the generation is not known, and may have been any.
  const byRepository = Map.groupBy(letIn, ({ push }) => push.repository)
  return {
    before: ({ app, repository, at }) =>
      [repository, repositoryOf(app, null)]
        .flatMap((one) => byRepository.get(one) ?? [])
        .filter(({ push }) => push.inv < at),
  }
}
