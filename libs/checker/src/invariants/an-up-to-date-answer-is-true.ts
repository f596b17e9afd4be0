import type { Attempt, Operation } from '../history.ts'
import { commitStory, repositoryStory, seconds } from '../story.ts'
import { type Finding, type Invariant, intolerable } from './invariant.ts'

/**
 * The silent no-op: one replica has heard of the last push and another has not, and who goes back to an
 * earlier commit through that one is told that nothing is to be done. What counts is the platform's last word
 * on a ref, so that all replicas are looked at together, wherever they keep their repositories.
 */
export const anUpToDateAnswerIsTrue: Invariant = {
  name: 'false-up-to-date',
  sentence: 'Who is told that everything is up to date has pushed what was acknowledged last.',
  check: ({ attempts }) => {
    const answers = attempts.filter(({ push }) => push.type === 'ok' && isUpToDate(push))
    if (answers.length === 0) return []
    const moves = Map.groupBy(attempts.flatMap(movesOf), refId)
    return answers.flatMap(({ push }) => untrue(push, moves.get(refId(push)) ?? []) ?? [])
  },
}

function refId({ repository, ref }: Operation): string {
  return `${repository} ${ref}`
}

/** What has moved a ref, or may have. */
function movesOf({ push, commit }: Attempt): readonly Operation[] {
  const parts = commit === undefined ? [push] : [push, commit]
  return parts.filter((part) => ['ok', 'info'].includes(part.type) && !isUpToDate(part))
}

/** Nothing was asked: the ref stood where it was wanted. */
function isUpToDate({ old, new: wanted }: Operation): boolean {
  return old !== null && old === wanted
}

/** Was another commit acknowledged, before the push began and after anything that led to what it wanted? */
function untrue(push: Operation, moves: readonly Operation[]): Finding | undefined {
  const arrivals = moves.filter((move) => move.new === push.new || move.new === null)
  const lastArrival = Math.max(Number.NEGATIVE_INFINITY, ...arrivals.map(({ cmp }) => cmp))
  const later = moves.find(
    (move) => move.type === 'ok' && !arrivals.includes(move) && isBetween(move, lastArrival, push),
  )
  if (later === undefined) return undefined
  return intolerable(push, story(push, later), [...later.events, ...push.events])
}

function isBetween({ inv, cmp }: Operation, earliest: number, push: Operation): boolean {
  return earliest < inv && cmp < push.inv
}

function story(push: Operation, later: Operation): string {
  const branch = `${push.ref} of ${repositoryStory(push)}`
  return `${later.replica} acknowledged ${commitStory(later.new)} on ${branch} at ${seconds(later.cmp)}; ${push.replica} said at ${seconds(push.cmp)} that ${commitStory(push.new)} was up to date`
}
