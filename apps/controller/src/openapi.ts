import type { FastifyDynamicSwaggerOptions } from '@fastify/swagger'
import { type Access, type Endpoint, type ErrorCode, errors, headers } from '@keyrace/contracts'
import type { FastifySchema } from 'fastify'
import type { TSchema } from 'typebox'

declare module 'fastify' {
  interface FastifySchema {
    /** One line of a body that is a stream of them. It is described here, and checked where it is read. */
    readonly line?: TSchema
  }
}

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
      description: `What a refusal is about is told by its code, in the header \`${headers.code}\`.`,
    },
    components: {
      securitySchemes: {
        user: token,
        operator: token,
        builder: { type: 'apiKey', in: 'header', name: headers.builderToken },
      },
    },
  },
  transform({ schema: { line, ...schema }, url }) {
    const [stream = ''] = schema.consumes ?? []
    const body = line && { content: { [stream]: { schema: line } } }
    return { schema: body ? { ...schema, body } : schema, url }
  },
}

/** What an endpoint takes and answers, for validation and for the OpenAPI page. */
export function describeRoute(endpoint: Endpoint): FastifySchema {
  const { summary, access, params, query, body, stream, line, status, reply, events } = endpoint
  return {
    summary,
    tags: [access],
    security: security[access],
    ...(params && { params }),
    ...(query && { querystring: query }),
    ...(body && { body }),
    ...(stream && { consumes: [stream] }),
    ...(line && { line }),
    response: {
      [status]: {
        description: 'Done',
        headers: stampOf(endpoint),
        ...(events ? { content: { 'text/event-stream': { schema: events } } } : reply),
      },
      ...refusalsOf(endpoint),
    },
  }
}

const stamps = {
  [headers.epoch]: { type: 'string', description: 'names the history that revisions count' },
  [headers.revision]: { type: 'integer', description: 'the last mutation that the answer shows' },
  [headers.generation]: { type: 'integer', description: 'of the app that the answer is about' },
}

const entityTag = {
  [headers.entityTag]: { type: 'string', description: 'for `If-None-Match`: "<epoch>.<revision>"' },
}

function stampOf({ access, conditional }: Endpoint): object {
  if (access !== 'builder') return { [headers.epoch]: stamps[headers.epoch] }
  return conditional ? { ...stamps, ...entityTag } : stamps
}

function refusalsOf(endpoint: Endpoint): Record<number, object> {
  const byStatus = Map.groupBy(codesOf(endpoint), (code) => errors[code].status)
  return Object.fromEntries([...byStatus].map(([status, codes]) => [status, refusalBy(codes)]))
}

/** Everything that it can be refused by: what its callers must expect, and what befalls any call. */
function codesOf({ access, params, query, body, stream, refusals }: Endpoint): Set<ErrorCode> {
  const codes = new Set<ErrorCode>(refusals)
  if (params || query || body || stream) codes.add('invalid-request')
  if (access !== 'anybody') codes.add('unauthenticated')
  return codes.add('server-error')
}

function refusalBy(codes: readonly ErrorCode[]): object {
  return {
    description: codes.map((code) => `\`${code}\`: ${errors[code].text}`).join(' · '),
    headers: { [headers.code]: { type: 'string', enum: codes } },
    type: bodyTypeOf(codes),
  }
}

/** Codes of one status have bodies of one type. */
function bodyTypeOf(codes: readonly ErrorCode[]): 'null' | 'string' | 'object' {
  const bodies = new Set<string>(codes.map((code) => errors[code].body))
  if (bodies.has('none')) return 'null'
  return bodies.has('string') ? 'string' : 'object'
}
