import Type, { type Static } from 'typebox'
import { endpoint } from './endpoint.ts'
import {
  AppName,
  Generation,
  PushId,
  RefName,
  RefUpdate,
  ReplicaName,
  Sha,
  Sha256Fingerprint,
  Username,
} from './identifiers.ts'
import { oneOf } from './one-of.ts'

/**
 * A publish and a ref are two stores: a release is `pending` once the controller let the push commit,
 * `live` after the ref moved, `abandoned` when it did not.
 */
export const ReleaseState = oneOf(['pending', 'live', 'abandoned'])
export type ReleaseState = Static<typeof ReleaseState>

export const Release = Type.Object({
  pushId: PushId,
  app: AppName,
  generation: Generation,
  version: Type.Integer({ minimum: 1 }),
  state: ReleaseState,
  user: Username,
  builder: ReplicaName,
  refs: Type.Array(RefUpdate, { minItems: 1, maxItems: 1000 }),
})
export type Release = Static<typeof Release>

/** The fenced publish: checks generation, key and permission under row locks. Repeating it is harmless. */
export const publish = endpoint({
  method: 'POST',
  path: '/v2/hooks/publish',
  access: 'builder',
  summary: 'Commit point of a push under --commit-check full; idempotent by push id',
  body: Type.Object({
    pushId: PushId,
    builder: ReplicaName,
    app: AppName,
    generation: Generation,
    user: Username,
    fingerprint: Sha256Fingerprint,
    refs: Release.properties.refs,
    /** Refused as `ref-moved` where an old value is not what the arm's last release of that ref left. */
    continuesReleases: Type.Optional(Type.Boolean()),
  }),
  status: 200,
  reply: Release,
  refusals: [
    'app-not-found',
    'generation-gone',
    'key-not-found',
    'user-not-found',
    'forbidden',
    'ref-moved',
  ],
})
export type PublishRequest = Static<typeof publish.body>

export const settleRelease = endpoint({
  method: 'POST',
  path: '/v2/hooks/releases/:pushId',
  access: 'builder',
  summary: 'Tell whether the refs of a pending release moved; idempotent',
  params: Type.Object({ pushId: PushId }),
  body: Type.Object({ state: oneOf(['live', 'abandoned']) }),
  status: 200,
  reply: Release,
  refusals: ['release-not-found', 'release-settled'],
})

export const pendingReleases = endpoint({
  method: 'GET',
  path: '/v2/hooks/releases',
  access: 'builder',
  summary: 'Pending releases of one builder, which it settles after a restart',
  query: Type.Object({ builder: ReplicaName }),
  status: 200,
  reply: Type.Object({ releases: Type.Array(Release) }),
  refusals: [],
})

/** ref → the commit on which the last release left it, and a later one has to build. */
export const ReleasedRefs = Type.Record(RefName, Sha)
export type ReleasedRefs = Static<typeof ReleasedRefs>

export const releasedRefs = endpoint({
  method: 'GET',
  path: '/v2/hooks/refs/:app',
  access: 'builder',
  summary: "Where the releases of the builder's arm left the refs of an app, pending ones included",
  params: Type.Object({ app: AppName }),
  status: 200,
  reply: Type.Object({ refs: ReleasedRefs }),
  refusals: ['app-not-found'],
})

export const appReleases = endpoint({
  method: 'GET',
  path: '/v2/apps/:app/releases',
  access: 'user',
  summary: 'Releases of an app, newest first',
  params: Type.Object({ app: AppName }),
  status: 200,
  reply: Type.Object({ count: Type.Integer(), results: Type.Array(Release) }),
  refusals: ['app-not-found', 'forbidden'],
})
