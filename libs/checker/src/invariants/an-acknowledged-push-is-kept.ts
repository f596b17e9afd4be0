import { zeroSha } from '@keyrace/contracts'
import { type AcknowledgedPush, acknowledgedPushes } from '../acknowledged-pushes.ts'
import type { Attempt, Operation, Read } from '../history.ts'
import { idOf } from '../registers.ts'
import { commitStory, repositoryStory, seconds } from '../story.ts'
import { type Finding, type Invariant, intolerable } from './invariant.ts'

/** Judged where the repository was read after the acknowledgement; elsewhere nothing is known. */
export const anAcknowledgedPushIsKept: Invariant = {
  name: 'lost-acknowledged-push',
  sentence: 'What was acknowledged is in the repository when it is read afterwards.',
  about: 'repository',
  check: (context) => {
    const updates = updatesByResult(context.attempts)
    const read = acknowledgedPushes(context).filter((push) => push.found === 'read')
    const branches = Map.groupBy(read, ({ push, read: { op } }) =>
      idOf(push.app, push.generation, push.ref, op),
    )
    return [...branches.values()].flatMap((pushes) => lostIn(pushes, updates))
  },
}

type ReadPush = AcknowledgedPush & { readonly found: 'read' }

type Updates = ReadonlyMap<string, readonly Operation[]>

/** Updates that did not happen are among them: nothing that was kept leads to them. */
function updatesByResult(attempts: readonly Attempt[]): Updates {
  const updates = attempts.flatMap(({ push, commit }) => (commit ? [push, commit] : [push]))
  return Map.groupBy(updates, (update) => resultId(update, update.new))
}

function resultId({ app, generation, ref }: Operation, sha: string | null): string {
  return idOf(app, generation, ref, sha)
}

/** All pushes to one branch that share the last look at their repository. */
function lostIn(pushes: readonly ReadPush[], updates: Updates): readonly Finding[] {
  const [first] = pushes
  if (first === undefined) return []
  const { read } = first
  const tip = read.tips.get(first.push.ref ?? '') ?? zeroSha
  const kept = reachable(tip, (sha) => updates.get(resultId(first.push, sha)) ?? [])
  return pushes
    .filter(({ push }) => !kept.has(push.new))
    .map(({ push }) => intolerable(push, story(push, read), [...push.events, ...read.events]))
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
