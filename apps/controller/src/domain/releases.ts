import type { Endpoints, Input } from '@keyrace/contracts'
import type { Store, User } from '../store/store.ts'
import { mayPush } from './may-push.ts'
import type { Outcome } from './outcome.ts'

/** Whatever became of the app meanwhile: the ref has moved or it has not. */
export function settleRelease(
  store: Store,
  { params, body: { state } }: Input<Endpoints['settleRelease']>,
): Promise<Outcome<'settleRelease'>> {
  return store.transaction(async (transaction): Promise<Outcome<'settleRelease'>> => {
    const { release, revision } = await transaction.settleRelease(params.pushId, state)
    if (release === undefined) return { refused: 'release-not-found', revision }
    const { generation } = release
    if (release.state !== state) return { refused: 'release-settled', revision, generation }
    return { body: release, revision, generation }
  })
}

/** Those of the caller's arm: its replicas share their names with those of other arms. */
export async function pendingReleases(
  store: Store,
  arm: string,
  { builder }: Input<Endpoints['pendingReleases']>['query'],
): Promise<Outcome<'pendingReleases'>> {
  const { releases, revision } = await store.pendingReleases(arm, builder)
  return { body: { releases: [...releases] }, revision }
}

export async function appReleases(
  store: Store,
  user: User,
  { app: name }: Input<Endpoints['appReleases']>['params'],
): Promise<Outcome<'appReleases'>> {
  const { app, grantees, revision } = await store.app(name)
  if (app === undefined) return { refused: 'app-not-found', revision }
  const { generation } = app
  const granted = grantees.includes(user.username)
  if (!mayPush({ app, user, granted })) return { refused: 'forbidden', revision, generation }
  const releases = await store.releasesOf(app)
  return { body: { count: releases.length, results: [...releases] }, revision, generation }
}
