import Type from 'typebox'
import { endpoint } from './endpoint.ts'
import { AppName, Username } from './identifiers.ts'

const app = Type.Object({ app: AppName })

export const listPermissions = endpoint({
  method: 'GET',
  path: '/v2/apps/:app/perms',
  access: 'user',
  summary: 'Users who were granted use of an app (the owner is not among them)',
  params: app,
  status: 200,
  reply: Type.Object({ users: Type.Array(Username) }),
  refusals: ['app-not-found', 'forbidden'],
})

export const grant = endpoint({
  method: 'POST',
  path: '/v2/apps/:app/perms',
  access: 'user',
  summary: 'Let a user push to an app',
  params: app,
  body: Type.Object({ username: Username }),
  status: 201,
  reply: Type.Null(),
  refusals: ['app-not-found', 'user-not-found', 'forbidden'],
})

export const revokeGrant = endpoint({
  method: 'DELETE',
  path: '/v2/apps/:app/perms/:username',
  access: 'user',
  summary: 'Stop a user from pushing to an app',
  params: Type.Object({ app: AppName, username: Username }),
  status: 204,
  reply: Type.Null(),
  refusals: ['app-not-found', 'user-not-found', 'forbidden'],
})
