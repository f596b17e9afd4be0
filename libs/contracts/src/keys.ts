import Type, { type Static } from 'typebox'
import { endpoint } from './endpoint.ts'
import { PublicKeyLine, Sha256Fingerprint, Username } from './identifiers.ts'

/** A key's name among its owner's keys. */
export const KeyName = Type.String({ minLength: 1, maxLength: 128, pattern: '^[^\\x00-\\x1f/]+$' })

export const Key = Type.Object({
  id: KeyName,
  owner: Username,
  public: PublicKeyLine,
  fingerprint: Sha256Fingerprint,
})
export type Key = Static<typeof Key>

export const listKeys = endpoint({
  method: 'GET',
  path: '/v2/keys',
  access: 'user',
  summary: "The calling user's keys",
  status: 200,
  reply: Type.Object({ count: Type.Integer(), results: Type.Array(Key) }),
  refusals: [],
})

export const addKey = endpoint({
  method: 'POST',
  path: '/v2/keys',
  access: 'user',
  summary: 'Add a public key to the calling user',
  body: Type.Object({ id: KeyName, public: PublicKeyLine }),
  status: 201,
  reply: Key,
  refusals: ['invalid-public-key', 'key-in-use', 'key-name-taken'],
})

export const removeKey = endpoint({
  method: 'DELETE',
  path: '/v2/keys/:key',
  access: 'user',
  summary: "Remove one of the calling user's keys",
  params: Type.Object({ key: KeyName }),
  status: 204,
  reply: Type.Null(),
  refusals: ['key-not-found'],
})
