import Type, { type Static } from 'typebox'
import { endpoint } from './endpoint.ts'
import {
  AnyFingerprint,
  AppName,
  PublicKeyLine,
  Sha,
  Sha256Fingerprint,
  Username,
} from './identifiers.ts'

/** The user behind a key, and the names of the apps that this user may push to, sorted. */
export const KeyOwner = Type.Object({ username: Username, apps: Type.Array(AppName) })
export type KeyOwner = Static<typeof KeyOwner>

/** User → keys, as `{key: "<algorithm> <base64>", fingerprint: "SHA256:…"}`. */
export const KeysByUser = Type.Record(
  Type.String(),
  Type.Array(Type.Object({ key: Type.String(), fingerprint: Type.String() })),
)
export type KeysByUser = Static<typeof KeysByUser>

export const keyOwner = endpoint({
  method: 'GET',
  path: '/v2/hooks/key/:fingerprint',
  access: 'builder',
  summary: 'Who owns this key, and where may they push?',
  params: Type.Object({ fingerprint: AnyFingerprint }),
  // Ours: the app that the caller is about to judge, so that the answer can carry its generation.
  query: Type.Object({ app: Type.Optional(AppName) }),
  status: 200,
  reply: KeyOwner,
  refusals: ['key-not-found'],
})

export const appKeys = endpoint({
  method: 'GET',
  path: '/v2/hooks/keys/:app',
  access: 'builder',
  summary: 'All keys that may push to an app (owner and administrators included)',
  params: Type.Object({ app: AppName }),
  status: 200,
  reply: KeysByUser,
  refusals: ['app-not-found'],
})

export const userKeys = endpoint({
  method: 'GET',
  path: '/v2/hooks/keys/:app/:username',
  access: 'builder',
  summary: 'The keys of one user who may push to an app',
  params: Type.Object({ app: AppName, username: Username }),
  status: 200,
  reply: KeysByUser,
  refusals: ['app-not-found', 'user-not-found', 'key-not-found', 'forbidden'],
})

export const checkKey = endpoint({
  method: 'POST',
  path: '/v2/hooks/key',
  access: 'builder',
  summary: 'May this key push to this app?',
  body: Type.Object({ app: AppName, public_key: PublicKeyLine }),
  status: 200,
  reply: Type.Object({ username: Username }),
  refusals: ['app-not-found', 'key-not-found', 'invalid-public-key', 'forbidden'],
})

/** All that a decision needs in one answer, which is stamped with the generation. */
export const authorize = endpoint({
  method: 'POST',
  path: '/v2/hooks/authorize',
  access: 'builder',
  summary: 'May this user push to this app with this key? One call for key, permission and app',
  body: Type.Object({ app: AppName, user: Username, fingerprint: Sha256Fingerprint }),
  status: 200,
  reply: Type.Object({ app: AppName, user: Username }),
  refusals: ['app-not-found', 'key-not-found', 'user-not-found', 'forbidden'],
})

/** The three calls of a push in 2016. `push` was removed later that year. */
export const historicPush = endpoint({
  method: 'POST',
  path: '/v2/hooks/push',
  access: 'builder',
  summary: 'Announce a push (2016)',
  body: Type.Object({
    receive_user: Username,
    receive_repo: AppName,
    sha: Sha,
    fingerprint: AnyFingerprint,
    ssh_connection: Type.String({ maxLength: 256 }),
    ssh_original_command: Type.String({ maxLength: 1024 }),
  }),
  status: 201,
  reply: Type.Object({ owner: Username, app: AppName, sha: Sha }),
  refusals: ['app-not-found', 'user-not-found', 'forbidden'],
})

export const historicConfig = endpoint({
  method: 'POST',
  path: '/v2/hooks/config',
  access: 'builder',
  summary: 'Read the config of an app; in Deis this was the real authorization check',
  body: Type.Object({ receive_user: Username, receive_repo: AppName }),
  status: 200,
  reply: Type.Object({
    owner: Username,
    app: AppName,
    values: Type.Record(Type.String(), Type.String()),
  }),
  refusals: ['app-not-found', 'user-not-found', 'forbidden'],
})

export const historicBuild = endpoint({
  method: 'POST',
  path: '/v2/hooks/build',
  access: 'builder',
  summary:
    'Publish a release by app name: app and permission are checked, key and generation are not',
  body: Type.Object({
    sha: Sha,
    receive_user: Username,
    receive_repo: AppName,
    image: Type.String({ maxLength: 512 }),
    procfile: Type.Optional(Type.Record(Type.String(), Type.String())),
    dockerfile: Type.Optional(Type.String()),
  }),
  status: 200,
  reply: Type.Object({ release: Type.Object({ version: Type.Integer() }) }),
  refusals: ['app-not-found', 'user-not-found', 'forbidden'],
})
