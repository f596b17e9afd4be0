import Type from 'typebox'
import { endpoint } from './endpoint.ts'
import { Username } from './identifiers.ts'

const Password = Type.String({ minLength: 1, maxLength: 1024 })

export const register = endpoint({
  method: 'POST',
  path: '/v2/auth/register',
  access: 'anybody',
  summary: 'Create a user; the first one becomes an administrator',
  body: Type.Object({
    username: Username,
    password: Password,
    email: Type.Optional(Type.String()),
  }),
  status: 201,
  reply: Type.Object({ username: Username, is_superuser: Type.Boolean() }),
  refusals: ['username-taken'],
})

export const login = endpoint({
  method: 'POST',
  path: '/v2/auth/login',
  access: 'anybody',
  summary: 'Exchange a password for a token',
  body: Type.Object({ username: Username, password: Password }),
  status: 200,
  reply: Type.Object({ token: Type.String() }),
  refusals: ['wrong-credentials'],
})

export const cancel = endpoint({
  method: 'DELETE',
  path: '/v2/auth/cancel',
  access: 'user',
  summary: 'Delete the calling user and its keys',
  status: 204,
  reply: Type.Null(),
  refusals: ['user-owns-apps'],
})
