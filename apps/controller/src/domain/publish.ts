import type { PublishRequest } from '@keyrace/contracts'
import type { AsOf, Standing, Store } from '../store/store.ts'
import { mayPush } from './may-push.ts'
import type { Outcome, Refusal } from './outcome.ts'

/**
 * The commit point of a push. App, grant and key stay locked from the check to the commit, so a deletion
 * or revocation is either seen here or has a later revision than the one answered.
 */
export function publish(
  store: Store,
  arm: string,
  request: PublishRequest,
): Promise<Outcome<'publish'>> {
  const { pushId, builder, app, generation, user, fingerprint, refs } = request
  return store.transaction(async (transaction): Promise<Outcome<'publish'>> => {
    const known = await transaction.release(pushId)
    if (known !== undefined) {
      return { body: known, revision: await transaction.revision(), generation: known.generation }
    }
    const standing = await transaction.lockStanding({ app, user, fingerprint })
    const refusal = refusalOf(request, standing)
    if (refusal !== undefined) return refusal
    const release = { pushId, app, generation, state: 'pending', user, arm, builder, refs } as const
    const body = await transaction.insertRelease(release)
    return { body, revision: standing.revision, generation }
  })
}

function refusalOf(
  { generation, user }: PublishRequest,
  { app, keyOwner, revision, ...standing }: AsOf<Standing>,
):
  | Refusal<'app-not-found' | 'generation-gone' | 'user-not-found' | 'key-not-found' | 'forbidden'>
  | undefined {
  if (app === undefined) return { refused: 'app-not-found', revision }
  const seen = { revision, generation: app.generation }
  if (app.generation !== generation) return { refused: 'generation-gone', ...seen }
  if (standing.user === undefined) return { refused: 'user-not-found', ...seen }
  if (keyOwner !== user) return { refused: 'key-not-found', ...seen }
  if (!mayPush({ app, ...standing })) return { refused: 'forbidden', ...seen }
  return undefined
}
