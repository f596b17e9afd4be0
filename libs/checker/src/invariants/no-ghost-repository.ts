import { type Activity, createActivity } from '../activity.ts'
import type { Attempt, Operation, Sighting } from '../history.ts'
import { standing } from '../rights.ts'
import { mutationStory, repositoryStory, seconds } from '../story.ts'
import { type Context, type Finding, type Invariant, intolerable } from './invariant.ts'

/**
 * A repository comes to be by a push that was let in. One that a stale admission makes after the deletion,
 * within the claim, is a consequence of that admission.
 */
export const noGhostRepository: Invariant = {
  name: 'ghost-repository',
  sentence: 'No repository comes to be for an app that is gone, or that never was.',
  about: 'repository',
  check: (context) => {
    const activity = createActivity(context.attempts)
    const removals = Map.groupBy(context.removals, ({ repository }) => repository)
    const sinceOf = (sighting: Sighting) =>
      madeAfter(sighting, removals.get(sighting.repository) ?? [])
    const lives = Map.groupBy(
      context.sightings,
      (sighting) => `${sighting.repository} ${sinceOf(sighting)}`,
    )
    return [...lives.values()].flatMap(([first]) => {
      return first === undefined ? [] : (ghost(first, sinceOf(first), activity, context) ?? [])
    })
  },
}

/** The begin of the last removal before it was seen: what was there then is not what is there now. */
function madeAfter({ at }: Sighting, removals: readonly Operation[]): number {
  const before = removals.filter(({ type, cmp }) => type === 'ok' && cmp <= at)
  return Math.max(Number.NEGATIVE_INFINITY, ...before.map(({ inv }) => inv))
}

function ghost(
  sighting: Sighting,
  since: number,
  activity: Activity,
  { rights, promised }: Context,
): Finding | undefined {
  const { app, generation, at, events } = sighting
  if (generation === null) return undefined
  const { registers } = rights
  const found = `the repository of ${repositoryStory(sighting)} was there at ${seconds(at)}`
  if (registers.app(app, generation).may.every(({ from }) => from > at)) {
    return intolerable(sighting, `${found}: nobody had created that app`, events)
  }
  const [deletion] = registers.deletions(app, generation).filter(({ cmp }) => cmp < at)
  if (deletion === undefined) return undefined

  const makers = activity.before(sighting).filter(({ push }) => push.cmp > since)
  if (makers.some(({ push }) => push.inv <= deletion.cmp)) return undefined
  const story = `${mutationStory(deletion)}; ${found}, made after that`
  const excuse = makers.find((maker) => isWithinClaim(maker, { rights, promised }))
  const [maker] = excuse === undefined ? makers : [excuse]
  const shown = [...deletion.events, ...events, ...(maker?.push.events ?? [])]
  const finding = intolerable(maker?.push ?? sighting, story, shown)
  return excuse === undefined ? finding : { ...finding, violation: false, beyondClaim: false }
}

function isWithinClaim(
  { admission, push }: Attempt,
  { rights, promised }: Pick<Context, 'rights' | 'promised'>,
): boolean {
  const decision = admission ?? push
  const lag = standing(rights.of(decision), decision, promised.revocation)
  return typeof lag === 'string' ? lag !== 'never' : !lag.beyondClaim
}
