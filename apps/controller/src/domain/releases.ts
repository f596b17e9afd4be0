import type { Endpoints, Input } from '@keyrace/contracts'
import type { Store, User } from '../store/store.ts'
import { isRefusal, type Outcome } from './outcome.ts'
import { findVisibleApp } from './visible-app.ts'

/** Whatever became of the app meanwhile: the ref has moved or it has not. */
export async function settleRelease(
  store: Store,
  { params, body: { state } }: Input<Endpoints['settleRelease']>,
): Promise<Outcome<'settleRelease'>> {
  const { release, revision } = await store.settleRelease(params.pushId, state)
  if (release === undefined) return { refused: 'release-not-found', revision }
  const { generation } = release
  if (release.state !== state) return { refused: 'release-settled', revision, generation }
  return { body: release, revision, generation }
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

/** Of the caller's arm: each arm has repositories of its own. */
export async function releasedRefs(
  store: Store,
  arm: string,
  { app: name }: Input<Endpoints['releasedRefs']>['params'],
): Promise<Outcome<'releasedRefs'>> {
  const { app, revision } = await store.app(name)
  if (app === undefined) return { refused: 'app-not-found', revision }
  const { generation } = app
  const refs = await store.releasedRefs({ arm, app: name, generation })
  return { body: { refs }, revision, generation }
}

export async function appReleases(
  store: Store,
  user: User,
  { app: name }: Input<Endpoints['appReleases']>['params'],
): Promise<Outcome<'appReleases'>> {
  const found = await findVisibleApp(store, user, name)
  if (isRefusal(found)) return found
  const releases = await store.releasesOf(found.app)
  return { body: { count: releases.length, results: [...releases] }, ...found.seen }
}
