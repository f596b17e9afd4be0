import type { Attempt, Operation, Read } from '../history.ts'
import { idOf } from '../registers.ts'
import { commitStory, repositoryStory, seconds } from '../story.ts'
import { type Finding, type Invariant, intolerable } from './invariant.ts'

export const aRecreatedAppShowsNoOldCode: Invariant = {
  name: 'old-code',
  sentence: 'An app shows no commit that was only ever pushed to an earlier app of its name.',
  check: ({ attempts, reads }) => {
    const pushesOf = pushesBySha(attempts)
    return reads.flatMap((read) => oldCodeIn(read, pushesOf))
  },
}

type PushesBySha = ReadonlyMap<string, readonly Operation[]>

/** Whatever may have brought a commit into a repository. */
function pushesBySha(attempts: readonly Attempt[]): PushesBySha {
  const updates = attempts
    .flatMap(({ push, commit }) => (commit ? [push, commit] : [push]))
    .filter(({ type }) => type === 'ok' || type === 'info')
  return Map.groupBy(updates, (update) => idOf(update.app, update.new))
}

function oldCodeIn(read: Read, pushesOf: PushesBySha): readonly Finding[] {
  const current = read.generation
  if (current === null) return []
  return [...read.tips].flatMap(([ref, sha]) => {
    const pushes = pushesOf.get(idOf(read.app, sha)) ?? []
    const isOld = ({ generation }: Operation) => generation !== null && generation < current
    const [old] = pushes
    if (old === undefined || !pushes.every(isOld)) return []
    const story = `${repositoryStory(read)} showed ${commitStory(sha)} on ${ref} at ${seconds(read.cmp)}, which was only ever pushed to ${repositoryStory(old)}`
    return [intolerable(read, story, [...old.events, ...read.events])]
  })
}
