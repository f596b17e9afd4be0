import type { FastifyDynamicSwaggerOptions } from '@fastify/swagger'
import { type Access, type Endpoint, type ErrorCode, errors, headers } from '@keyrace/contracts'
import type { FastifySchema } from 'fastify'

const security: Readonly<Record<Access, Record<string, string[]>[]>> = {
  anybody: [],
  user: [{ user: [] }],
  builder: [{ builder: [] }],
  operator: [{ operator: [] }],
}

const token = {
  type: 'apiKey',
  in: 'header',
  name: headers.userToken,
  description: '`token <secret>`',
} as const

/** The head of the OpenAPI page. */
export const describeApi: FastifyDynamicSwaggerOptions = {
  openapi: {
    openapi: '3.1.0',
    info: {
      title: 'keyrace controller',
      version: '2.3',
      description: `Codes of refusals are in the header \`${headers.code}\`.`,
    },
    components: {
      securitySchemes: {
        user: token,
        operator: token,
        builder: { type: 'apiKey', in: 'header', name: headers.builderToken },
      },
    },
  },
}

/** What an endpoint takes and answers, for validation and for the OpenAPI page. */
export function describeRoute(endpoint: Endpoint): FastifySchema {
  const { summary, access, params, query, body, stream, status, reply, refusals } = endpoint
  return {
    summary,
    tags: [access],
    security: security[access],
    ...(params && { params }),
    ...(query && { querystring: query }),
    ...(body && { body }),
    ...(stream && { consumes: [stream] }),
    response: { [status]: { description: 'Done', ...reply }, ...responsesOf(refusals) },
  }
}

function responsesOf(refusals: readonly ErrorCode[]): Record<number, object> {
  const responses: Record<number, object> = {}
  for (const status of new Set(refusals.map((code) => errors[code].status))) {
    const codes = refusals.filter((code) => errors[code].status === status)
    responses[status] = { description: codes.map((code) => `\`${code}\``).join(', ') }
  }
  return responses
}
