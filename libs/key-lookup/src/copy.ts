import type { Change, Position, Provenance, Snapshot, Stamp } from '@keyrace/contracts'
import type { Clock } from '@keyrace/environment'
import { ageWithin } from './age.ts'
import { continuation } from './continuation.ts'
import { applyChange, type CopyContents, contentsOf } from './copy-contents.ts'
import type {
  AuthorizationRequest,
  Decision,
  DenialCode,
  Identification,
  OfferedKey,
} from './key-lookup.ts'

/**
 * What it learns comes with the stamp of an answer and the time at which its question was sent. An answer that
 * shows less than the copy holds changes nothing in it, and proves all the same that nothing more had happened when
 * its question was sent. An answer of another epoch counts only if its question was sent after the copy came
 * to the epoch that it is in: otherwise it may be a late one, of a history that has ended.
 */
export interface Copy {
  /** Where it stands in the controller's history; undefined before the first snapshot. */
  position(): Position | undefined
  replace(snapshot: Snapshot, stamp: Stamp, sentAt: number): void
  /**
   * All changes up to the stamp, in order; those that it holds already are passed over. False where they do not
   * continue where it stands: then nothing has changed, and it takes a snapshot to go on.
   */
  apply(changes: readonly Change[], stamp: Stamp, sentAt: number): boolean
  /** That there are no changes up to the stamp. False as above. */
  confirm(stamp: Stamp, sentAt: number): boolean
  identify(key: OfferedKey, asOf?: number): Identification
  /** `asOf`: what was sent before then is too old, whatever the bound. */
  authorize(request: AuthorizationRequest, asOf?: number): Decision
}

export interface CopyOptions {
  readonly clock: Clock
  readonly boundMs: number
  /** What decisions are said to come from. */
  readonly source?: Provenance['source']
}

/**
 * A copy of everything that authorization depends on. Its age is compared with the bound at each
 * decision: the bound is enforced here and not hoped for. Too old, or not there yet, is `unknown`.
 */
export function createCopy({ clock, boundMs, source = 'cache' }: CopyOptions): Copy {
  let state: State | undefined

  return {
    position: () => state && { epoch: state.epoch, revision: state.revision },
    replace(snapshot, stamp, sentAt) {
      if (apply([], stamp, sentAt)) return
      const known = state?.epoch === stamp.epoch ? state : undefined
      if (known === undefined && state !== undefined && sentAt <= state.epochSince) return
      state = {
        contents: contentsOf(snapshot),
        epoch: stamp.epoch,
        epochSince: known?.epochSince ?? clock.now(),
        revision: stamp.revision,
        sentAt: Math.max(known?.sentAt ?? sentAt, sentAt),
      }
    },
    apply,
    confirm: (stamp, sentAt) => apply([], stamp, sentAt),
    identify({ fingerprint }, asOf) {
      const current = look(asOf)
      if (typeof current === 'string') return { kind: 'unavailable', reason: current }
      const user = current.contents.userOf.get(fingerprint)
      return user === undefined ? { kind: 'unknown-key' } : { kind: 'user', user }
    },
    authorize(request, asOf) {
      const current = look(asOf)
      if (typeof current === 'string') return { kind: 'unknown', reason: current }
      return { ...verdict(current.contents, request), ...current.provenance }
    },
  }

  function apply(changes: readonly Change[], stamp: Stamp, sentAt: number): boolean {
    const news = state && continuation(state, changes, stamp)
    if (state === undefined || news === undefined) return false
    for (const change of news) applyChange(state.contents, change)
    state.revision += news.length
    state.sentAt = Math.max(state.sentAt, sentAt)
    return true
  }

  function look(asOf = Number.NEGATIVE_INFINITY) {
    if (state === undefined) return 'no-copy-yet'
    const { contents, epoch, revision, sentAt } = state
    const copyAgeMs = ageWithin(clock, boundMs, sentAt)
    if (copyAgeMs === undefined || sentAt < asOf) return 'copy-too-old'
    return { contents, provenance: { source, epoch, revision, copyAgeMs } }
  }
}

interface State {
  readonly contents: CopyContents
  readonly epoch: string
  /** When the copy came to this epoch. */
  readonly epochSince: number
  revision: number
  /** Of the question, not of its answer: what changed in between may be missing from it. */
  sentAt: number
}

type Verdict =
  | { readonly kind: 'allowed'; readonly generation: number }
  | { readonly kind: 'denied'; readonly code: DenialCode }

/** What is missing is named in the controller's order, so that a copy denies as it does. */
function verdict(
  { userOf, users, apps }: CopyContents,
  { app: name, user, key }: AuthorizationRequest,
): Verdict {
  const app = apps.get(name)
  if (app === undefined) return { kind: 'denied', code: 'app-not-found' }
  const known = users.get(user)
  if (known === undefined) return { kind: 'denied', code: 'user-not-found' }
  if (userOf.get(key.fingerprint) !== user) return { kind: 'denied', code: 'key-not-found' }
  const mayPush = app.owner === user || app.users.has(user) || known.isAdministrator
  return mayPush
    ? { kind: 'allowed', generation: app.generation }
    : { kind: 'denied', code: 'forbidden' }
}
