import Type from 'typebox'
import { endpoint } from './endpoint.ts'

const Healthy = Type.Object({ status: Type.Literal('ok') })

export const healthz = endpoint({
  method: 'GET',
  path: '/healthz',
  access: 'anybody',
  summary: 'The process answers',
  status: 200,
  reply: Healthy,
  refusals: [],
})

export const readiness = endpoint({
  method: 'GET',
  path: '/readiness',
  access: 'anybody',
  summary: 'The database answers',
  status: 200,
  reply: Healthy,
  refusals: ['not-ready'],
})
