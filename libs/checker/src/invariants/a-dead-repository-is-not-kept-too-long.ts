import { type Activity, createActivity } from '../activity.ts'
import type { Operation, Sighting } from '../history.ts'
import { mutationStory, repositoryStory, seconds } from '../story.ts'
import { type Context, type Finding, type Invariant, intolerable } from './invariant.ts'

/** Whoever is let in meanwhile keeps a repository in use, or makes it anew: the time then counts from there. */
export const aDeadRepositoryIsNotKeptTooLong: Invariant = {
  name: 'dead-repository-kept',
  sentence: 'Where somebody reaps, the repository of a deleted app is gone within the bound.',
  about: 'repository',
  check: (context) => {
    const { sightings, terms } = context
    if (terms.removalBoundMs === null) return []
    const activity = createActivity(context.attempts)
    return sightings.flatMap((sighting) => kept(sighting, activity, context) ?? [])
  },
}

function kept(
  sighting: Sighting,
  activity: Activity,
  { rights, terms }: Context,
): Finding | undefined {
  const { app, generation, at, events } = sighting
  if (generation === null) return undefined
  const [deletion] = rights.registers.deletions(app, generation).toSorted((a, b) => a.cmp - b.cmp)
  if (deletion === undefined) return undefined
  const ends = activity.before(sighting).map(({ push }) => push.cmp)
  const unusedSince = Math.max(deletion.cmp, ...ends)
  if (at <= unusedSince + (terms.removalBoundMs ?? 0)) return undefined
  return intolerable(sighting, story(sighting, deletion, unusedSince), [
    ...deletion.events,
    ...events,
  ])
}

function story(sighting: Sighting, deletion: Operation, unusedSince: number): string {
  return `${mutationStory(deletion)}; the repository of ${repositoryStory(sighting)}, which no push had used since ${seconds(unusedSince)}, was still there at ${seconds(sighting.at)}`
}
