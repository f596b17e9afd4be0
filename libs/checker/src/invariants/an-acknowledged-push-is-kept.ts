import { zeroSha } from '@keyrace/contracts'
import type { AcknowledgedPush } from '../acknowledged-pushes.ts'
import type { Operation, Read } from '../history.ts'
import { commitStory, repositoryStory, seconds } from '../story.ts'
import type { Updates } from '../updates.ts'
import { type Finding, type Invariant, intolerable } from './invariant.ts'

/** Judged where the repository was read after the acknowledgement; elsewhere nothing is known. */
export const anAcknowledgedPushIsKept: Invariant = {
  name: 'lost-acknowledged-push',
  sentence: 'What was acknowledged is in the repository when it is read afterwards.',
  about: 'repository',
  check: ({ acknowledged, updates }) => {
    const read = acknowledged.filter((push) => push.found === 'read')
    const branches = Map.groupBy(
      read,
      ({ push, read: { op } }) => `${op} ${push.repository} ${push.ref}`,
    )
    return [...branches.values()].flatMap((pushes) => lostIn(pushes, updates))
  },
}

type ReadPush = AcknowledgedPush & { readonly found: 'read' }

/** All pushes to one branch that share the last look at their repository. */
function lostIn(pushes: readonly ReadPush[], updates: Updates): readonly Finding[] {
  const [first] = pushes
  if (first === undefined) return []
  const { push: one, read } = first
  const tip = read.tips.get(one.ref ?? '') ?? zeroSha
  if (pushes.every(({ push }) => push.new === tip)) return []
  // Those that did not happen are among the updates: nothing that was kept leads to them.
  const kept = reachable(tip, (sha) =>
    (updates.get(sha) ?? []).filter((update) => update.ref === one.ref && mayBeTo(update, one)),
  )
  return pushes
    .filter(({ push }) => !kept.has(push.new))
    .map(({ push }) => intolerable(push, story(push, read), [...push.events, ...read.events]))
}

/** A push that nobody saw the end of may not say to which generation it went. */
function mayBeTo({ app, repository, generation }: Operation, other: Operation): boolean {
  return repository === other.repository || (generation === null && app === other.app)
}

/** The tip, and whatever it was pushed on top of. */
function reachable(
  tip: string,
  updatesTo: (sha: string | null) => readonly Operation[],
): ReadonlySet<string | null> {
  const seen = new Set<string | null>([tip])
  // A set may grow while it is walked: what is added is visited in its turn.
  for (const sha of seen) for (const { old } of updatesTo(sha)) seen.add(old)
  return seen
}

function story(push: Operation, read: Read): string {
  const branch = `${push.ref} of ${repositoryStory(push)}`
  return `${push.replica} acknowledged ${commitStory(push.new)} on ${branch} at ${seconds(push.cmp)}; whoever looked at ${seconds(read.cmp)} did not find it`
}
