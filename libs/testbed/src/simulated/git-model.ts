import { type RefUpdate, zeroSha } from '@keyrace/contracts'

/** All that counts of a commit. A root commit's parent is all zeros. */
export interface Commit {
  readonly id: string
  readonly parent: string
}

/** Where refs stand: ref → commit. */
export type Refs = ReadonlyMap<string, string>

/**
 * A bare repository as git keeps it: refs, their reflogs, and commits. A test holds it to what git does, list of
 * operations for list of operations.
 *
 * Left out: trees and blobs, and packs that are broken; how objects are stored, and their collection; symbolic refs,
 * `HEAD` among them; lock files that a killed git left behind; reflogs of refs other than branches and tags.
 * Each call happens at one instant: a killed git leaves a ref moved or not, never half written.
 */
export interface BareRepository {
  refs(): Refs
  /** Those that came for good, by id: whatever they are built on is among them. */
  commits(): ReadonlyMap<string, Commit>
  /** Takes new commits in, apart from the others. Undefined where what they are built on is missing. */
  unpack(commits: readonly Commit[]): Quarantine | undefined
  /**
   * Moves one ref, in somebody's name, if it stands at the old value and no other ref's name is in the way. A new
   * value of zeros deletes it, and its reflog.
   */
  update(update: RefUpdate, committer: string): boolean
  /** Does the reflog know of this update, in this name? */
  hasMoved(update: RefUpdate, committer: string): boolean
  /** So many were neither migrated nor discarded: whoever was at work on them was killed. */
  quarantines(): number
  /** Its folder is deleted: who is at work in it can do nothing more there. */
  destroy(): void
  isDestroyed(): boolean
}

/** Objects of a push that nobody has agreed to yet. */
export interface Quarantine {
  /** Makes them part of the repository; false where it is not there any more. */
  migrate(): boolean
  discard(): void
}

export function createBareRepository(): BareRepository {
  const refs = new Map<string, string>()
  const commits = new Map<string, Commit>()
  const reflogs = new Map<string, ReflogLine[]>()
  let quarantines = 0
  let isDestroyed = false

  return {
    refs: () => refs,
    commits: () => commits,
    unpack(received) {
      if (isDestroyed || !isClosed(received)) return undefined
      quarantines++
      return {
        migrate() {
          quarantines--
          if (isDestroyed) return false
          for (const commit of received) commits.set(commit.id, commit)
          return true
        },
        discard() {
          quarantines--
        },
      }
    },
    update({ ref, old, new: target }, committer) {
      const current = refs.get(ref) ?? zeroSha
      if (isDestroyed || current !== old) return false
      if (current === zeroSha && isInTheWay(ref)) return false
      if (target === zeroSha) forget(ref)
      else if (target !== old) move(ref, { old, new: target, committer })
      return true
    },
    hasMoved: ({ ref, old, new: target }, committer) =>
      reflogs
        .get(ref)
        ?.some((line) => line.old === old && line.new === target && line.committer === committer) ??
      false,
    quarantines: () => quarantines,
    destroy() {
      isDestroyed = true
      refs.clear()
      commits.clear()
      reflogs.clear()
      quarantines = 0
    },
    isDestroyed: () => isDestroyed,
  }

  function isClosed(received: readonly Commit[]): boolean {
    return received.every(
      ({ parent }) =>
        parent === zeroSha || commits.has(parent) || received.some(({ id }) => id === parent),
    )
  }

  function move(ref: string, line: ReflogLine): void {
    refs.set(ref, line.new)
    const reflog = reflogs.get(ref) ?? []
    reflog.push(line)
    reflogs.set(ref, reflog)
  }

  function forget(ref: string): void {
    refs.delete(ref)
    reflogs.delete(ref)
  }

  // A ref is a file: where there is a branch a, there can be no a/b.
  function isInTheWay(ref: string): boolean {
    for (const other of refs.keys()) {
      if (ref.startsWith(`${other}/`) || other.startsWith(`${ref}/`)) return true
    }
    return false
  }
}

interface ReflogLine {
  readonly old: string
  readonly new: string
  readonly committer: string
}
