import { type PublishRequest, type Release, zeroSha } from '@keyrace/contracts'
import type { Points } from '@keyrace/environment'
import {
  type AsOf,
  type Standing,
  type Store,
  StoreError,
  type Transaction,
} from '../store/store.ts'
import { mayPush } from './may-push.ts'
import { isRefusal, type Outcome } from './outcome.ts'

const mostAttempts = 5

/**
 * The commit point of a push. App, grant and key stay locked from the check to the commit, so a deletion
 * or revocation is either seen here or has a later revision than the one answered.
 */
export async function publish(
  store: Store,
  arm: string,
  request: PublishRequest,
  points?: Points,
): Promise<Outcome<'publish'>> {
  for (let attempt = 0; attempt < mostAttempts; attempt++) {
    const outcome = await commit(store, arm, request, points)
    // What was released last is read under its lock, and the refusal rests on that alone.
    if (!isRefusal(outcome) || outcome.refused === 'ref-moved') return outcome
    // What locks do not find may have come since: a refusal rests on one look at everything, and its revision.
    const { revision, ...standing } = await store.standing(request)
    const refused = refusalOf(request, standing)
    if (refused !== undefined) return { refused, revision, generation: standing.app?.generation }
  }
  const { user, app } = request
  throw new StoreError('contention', `what ${user} may do to ${app} keeps changing`)
}

/** Whoever repeats a publish is answered as the first time, whatever has changed since. */
function commit(
  store: Store,
  arm: string,
  request: PublishRequest,
  points: Points | undefined,
): Promise<Outcome<'publish'>> {
  const { pushId, builder, app, generation, user, refs } = request
  return store.transaction(async (transaction): Promise<Outcome<'publish'>> => {
    const refused = refusalOf(request, await transaction.lockStanding(request))
    if (refused !== undefined) {
      const known = await transaction.release(pushId)
      return known === undefined ? { refused } : published(known)
    }
    const held = points?.('publish/before-commit')
    if (held) await held
    const release = { pushId, app, generation, state: 'pending', user, arm, builder, refs } as const
    const made = await transaction.insertRelease(release)
    if (request.continuesReleases && !(await isNext(transaction, { ...made.release, arm }))) {
      return { refused: 'ref-moved', revision: made.revision, generation }
    }
    return published(made)
  })
}

/** Does a release go on where the ones before it left each of its refs? */
async function isNext(
  transaction: Transaction,
  { arm, app, generation, version, refs }: Release & { readonly arm: string },
): Promise<boolean> {
  const released = await transaction.releasedRefs({ arm, app, generation, before: version })
  return refs.every(({ ref, old }) => old === (released[ref] ?? zeroSha))
}

function published({ release, revision }: AsOf<{ readonly release: Release }>) {
  return { body: release, revision, generation: release.generation }
}

function refusalOf({ generation, user: username }: PublishRequest, standing: Standing) {
  const { app, user, keyOwner } = standing
  if (app === undefined) return 'app-not-found'
  if (app.generation !== generation) return 'generation-gone'
  if (user === undefined) return 'user-not-found'
  if (keyOwner !== username) return 'key-not-found'
  return mayPush(standing) ? undefined : 'forbidden'
}
