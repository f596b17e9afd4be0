import Type, { type Static } from 'typebox'
import { endpoint } from './endpoint.ts'
import { AppName, Generation, Sha256Fingerprint, Username } from './identifiers.ts'

/** Everything that authorization depends on, as of one revision. */
export const Snapshot = Type.Object({
  users: Type.Array(
    Type.Object({
      username: Username,
      isAdministrator: Type.Boolean(),
      keys: Type.Array(Sha256Fingerprint),
    }),
  ),
  apps: Type.Array(
    Type.Object({
      app: AppName,
      generation: Generation,
      owner: Username,
      users: Type.Array(Username, { description: 'users with a grant' }),
    }),
  ),
})
export type Snapshot = Static<typeof Snapshot>

export const snapshot = endpoint({
  method: 'GET',
  path: '/v2/hooks/snapshot',
  access: 'builder',
  summary: 'All keys, apps and permissions as of one revision',
  status: 200,
  reply: Snapshot,
  conditional: true,
  refusals: ['not-modified'],
})
