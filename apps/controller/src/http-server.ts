import swagger from '@fastify/swagger'
import swaggerUi from '@fastify/swagger-ui'
import { type Endpoint, endpoints, headers } from '@keyrace/contracts'
import fastify, {
  type FastifyBaseLogger,
  type FastifyError,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  type RouteOptions,
} from 'fastify'
import { refuse, type SerializedAnswer } from './answers.ts'
import type { Controller } from './controller.ts'
import { createOpenCalls, type OpenCalls } from './open-calls.ts'
import { describeApi, describeRoute } from './openapi.ts'
import { resume, sendEvents } from './server-sent-events.ts'
import { compileValidator } from './validation.ts'

const apiVersion = '2.3'
const longestBodyBytes = 1024 * 1024
/** To arrive: an import may take its time. */
const longestRequestMs = 600_000
/** How long a caller waits is known to the caller alone. */
const timeoutMs = Number.POSITIVE_INFINITY
/** Longer than any name that fits a schema, so that it is the schema which refuses the others. */
const longestParameter = 8 * 1024

export interface HttpServerOptions {
  readonly logger: FastifyBaseLogger
}

/** The controller over HTTP. Routes, validation and the OpenAPI page follow from the contract. */
export async function createHttpServer(
  controller: Controller,
  { logger }: HttpServerOptions,
): Promise<FastifyInstance> {
  const server: FastifyInstance = fastify({
    loggerInstance: logger,
    logController: new fastify.LogController({ disableRequestLogging: true }),
    bodyLimit: longestBodyBytes,
    requestTimeout: longestRequestMs,
    // Not before every call is answered; over a connection that is left then, none may ever come.
    forceCloseConnections: true,
    routerOptions: { ignoreTrailingSlash: true, maxParamLength: longestParameter },
    exposeHeadRoutes: false,
    frameworkErrors: (error, request, reply) => void refuseFailed(error, request, reply),
  })
  server.setValidatorCompiler(({ schema, httpPart }) => compileValidator(schema, httpPart))
  server.setErrorHandler(refuseFailed)
  server.setNotFoundHandler((_, reply) => send(reply, refuse('route-not-found')))
  // A stream goes to its handler as it comes.
  server.addContentTypeParser('application/x-ndjson', (_, payload, done) => done(null, payload))

  const openCalls = createOpenCalls()
  server.addHook('preClose', openCalls.end)

  await server.register(swagger, describeApi)
  await server.register(swaggerUi, { routePrefix: '/documentation' })
  for (const endpoint of Object.values(endpoints)) {
    server.route(routeTo(endpoint, controller, openCalls))
  }
  return server
}

function routeTo(endpoint: Endpoint, controller: Controller, openCalls: OpenCalls): RouteOptions {
  return {
    method: endpoint.method,
    url: endpoint.path,
    schema: describeRoute(endpoint),
    ...(endpoint.events && { preValidation: resume }),
    async handler(request, reply) {
      const input = inputOf(endpoint, request)
      if (input === undefined) {
        return send(reply, refuse('invalid-request', `The body must be ${endpoint.stream}`))
      }
      const received = request.headers as Record<string, string>
      const signal = openCalls.add(reply, endpoint.events ? 'stream' : 'answer')
      const call = { endpoint, input, headers: received, timeoutMs, signal }
      const answer = await controller.answer(call)
      // What a refused import still has to say is not heard, but must not block the connection.
      request.raw.resume()
      return send(reply, answer)
    },
  }
}

function inputOf(
  { stream }: Endpoint,
  { params, query, body, headers: sent, raw }: FastifyRequest,
) {
  if (stream === undefined) return { params, query, body }
  if (!sent['content-type']?.startsWith(stream)) return undefined
  // A stream that is refused is not destroyed: the answer is still to go out over its connection.
  return { body: raw.iterator({ destroyOnReturn: false }) }
}

function send(reply: FastifyReply, { status, headers: sent, text, events }: SerializedAnswer) {
  reply.code(status).headers({ ...sent, [headers.apiVersion]: apiVersion })
  if (events !== undefined) return sendEvents(reply, events, sent[headers.epoch])
  return text === '' ? reply.send() : reply.type('application/json; charset=utf-8').send(text)
}

/** What does not fit the contract is the caller's fault; anything else is ours, and stays with us. */
function refuseFailed(error: FastifyError, request: FastifyRequest, reply: FastifyReply) {
  if (error.statusCode !== undefined && error.statusCode < 500) {
    return send(reply, refuse('invalid-request', error.message))
  }
  request.log.error(error, `${request.method} ${request.url} failed`)
  return send(reply, refuse('server-error'))
}
