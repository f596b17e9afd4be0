import Type, { type Static } from 'typebox'
import { endpoint } from './endpoint.ts'
import { AppName, Generation, Username } from './identifiers.ts'

export const App = Type.Object({ id: AppName, owner: Username, generation: Generation })
export type App = Static<typeof App>

const params = Type.Object({ app: AppName })

export const listApps = endpoint({
  method: 'GET',
  path: '/v2/apps',
  access: 'user',
  summary: 'The apps that the calling user may push to',
  status: 200,
  reply: Type.Object({ count: Type.Integer(), results: Type.Array(App) }),
  refusals: [],
})

export const createApp = endpoint({
  method: 'POST',
  path: '/v2/apps',
  access: 'user',
  summary: 'Create an app owned by the calling user',
  body: Type.Object({ id: AppName }),
  status: 201,
  reply: App,
  refusals: ['app-name-taken'],
})

export const getApp = endpoint({
  method: 'GET',
  path: '/v2/apps/:app',
  access: 'user',
  summary: 'One app',
  params,
  status: 200,
  reply: App,
  refusals: ['app-not-found', 'forbidden'],
})

export const transferApp = endpoint({
  method: 'POST',
  path: '/v2/apps/:app',
  access: 'user',
  summary: 'Give an app to another owner',
  params,
  body: Type.Object({ owner: Username }),
  status: 200,
  reply: App,
  refusals: ['app-not-found', 'user-not-found', 'forbidden'],
})

export const deleteApp = endpoint({
  method: 'DELETE',
  path: '/v2/apps/:app',
  access: 'user',
  summary: 'Delete an app; its generation never comes back',
  params,
  status: 204,
  reply: Type.Null(),
  refusals: ['app-not-found', 'forbidden'],
})
