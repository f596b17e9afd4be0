import { type App, type Endpoints, type Input, zeroSha } from '@keyrace/contracts'
import type { Ids } from '@keyrace/environment'
import type { AsOf, Standing, Store } from '../store/store.ts'
import { mayPush } from './may-push.ts'
import type { Outcome, Refusal } from './outcome.ts'

/** Deis deployed one branch, and did not name it. */
const deployedRef = 'refs/heads/master'

export async function historicPush(
  store: Store,
  { receive_user: user, receive_repo: app, sha }: Input<Endpoints['historicPush']>['body'],
): Promise<Outcome<'historicPush'>> {
  const judged = judge(await store.standing({ app, user }))
  if ('refused' in judged) return judged
  return { ...judged.seen, body: { owner: judged.app.owner, app, sha } }
}

export async function historicConfig(
  store: Store,
  { receive_user: user, receive_repo: app }: Input<Endpoints['historicConfig']>['body'],
): Promise<Outcome<'historicConfig'>> {
  const judged = judge(await store.standing({ app, user }))
  if ('refused' in judged) return judged
  return { ...judged.seen, body: { owner: judged.app.owner, app, values: {} } }
}

/**
 * A release of whatever app has the name now: the key and the generation are not looked at. As in Deis
 * nothing keeps the app from going between the check and the release.
 */
export async function historicBuild(
  { store, ids }: { readonly store: Store; readonly ids: Ids },
  arm: string,
  { receive_user: user, receive_repo: app, sha }: Input<Endpoints['historicBuild']>['body'],
): Promise<Outcome<'historicBuild'>> {
  const judged = judge(await store.standing({ app, user }))
  if ('refused' in judged) return judged
  const { release } = await store.insertRelease({
    pushId: ids.next('push'),
    app,
    generation: judged.app.generation,
    state: 'live',
    user,
    arm,
    builder: 'historic',
    refs: [{ ref: deployedRef, old: zeroSha, new: sha }],
  })
  return { ...judged.seen, body: { release: { version: release.version } } }
}

function judge({ app, user, granted, revision }: AsOf<Standing>):
  | {
      readonly app: App
      readonly seen: { readonly revision: number; readonly generation: number }
    }
  | Refusal<'app-not-found' | 'user-not-found' | 'forbidden'> {
  if (app === undefined) return { refused: 'app-not-found', revision }
  const seen = { revision, generation: app.generation }
  if (user === undefined) return { refused: 'user-not-found', ...seen }
  return mayPush({ app, user, granted }) ? { app, seen } : { refused: 'forbidden', ...seen }
}
