import type { Attempt, Operation, Read } from './history.ts'
import type { Registers } from './registers.ts'
import { covers } from './spans.ts'

/** An acknowledged push, and where somebody would have found it. */
export type AcknowledgedPush =
  /** The last look at its repository that began no earlier than the acknowledgement, and before any removal. */
  | { readonly push: Operation; readonly found: 'read'; readonly read: Read }
  /** It was removed with its repository, and rightly so, before anybody looked. */
  | { readonly push: Operation; readonly found: 'removed' }
  /** Also where the rows do not say what was pushed, or to which generation of the app. */
  | { readonly push: Operation; readonly found: 'unread' }

export function acknowledgedPushes(context: {
  readonly attempts: readonly Attempt[]
  readonly reads: readonly Read[]
  readonly removals: readonly Operation[]
  readonly rights: { readonly registers: Registers }
}): readonly AcknowledgedPush[] {
  const { registers } = context.rights
  const reads = Map.groupBy(
    context.reads
      .filter((read) => saysSomething(read, registers))
      .toSorted((a, b) => b.inv - a.inv),
    ({ repository }) => repository,
  )
  const removals = Map.groupBy(
    context.removals.filter((removal) => isRightful(removal, registers)),
    ({ repository }) => repository,
  )
  return context.attempts.flatMap(({ push }) => {
    if (push.type !== 'ok') return []
    const { repository } = push
    return [lookFor(push, reads.get(repository) ?? [], removals.get(repository) ?? [])]
  })
}

/** Reads come latest first. A removal may have begun before the acknowledgement came: the push had let go of its repository by then. */
function lookFor(
  push: Operation,
  reads: readonly Read[],
  removals: readonly Operation[],
): AcknowledgedPush {
  const after = removals.filter(({ cmp }) => cmp > push.inv)
  const removedAt = Math.min(...after.map(({ inv }) => inv))
  const read = reads.find(({ cmp }) => cmp <= removedAt)
  if (read !== undefined && push.cmp <= read.inv && push.new !== null) {
    return { push, found: 'read', read }
  }
  return { push, found: after.length > 0 ? 'removed' : 'unread' }
}

function isRightful({ app, generation, cmp }: Operation, registers: Registers): boolean {
  if (generation === null) return false
  return registers.deletions(app, generation).some(({ inv }) => inv < cmp)
}

/**
 * Nobody knows which repository it was where the generation is not known; and the repository of an app that
 * may be gone may be gone as well, and rightly so.
 */
function saysSomething({ tips, app, generation, ...when }: Read, registers: Registers): boolean {
  if (generation === null) return false
  return tips.size > 0 || covers(registers.app(app, generation).must, when)
}
