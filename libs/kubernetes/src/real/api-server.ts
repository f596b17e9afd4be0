import type { AddressInfo } from 'node:net'
import type { LabelSelector } from '@keyrace/environment'
import fastify, { type FastifyError, type FastifyReply, type FastifyRequest } from 'fastify'
import { type Cluster, type ClusterOptions, createCluster } from '../cluster.ts'
import { namespaceList, namespaceObject, refusal } from './api-objects.ts'
import { streamChanges, type WatchQuery } from './watch-stream.ts'

export interface ApiServerOptions extends ClusterOptions {
  /** A real one sends them once a minute. */
  readonly bookmarkIntervalMs: number
}

/** A Kubernetes API server, as far as namespaces go: what the official client asks, it answers. */
export interface ApiServer {
  /** `http://127.0.0.1:41234` */
  readonly url: string
  readonly cluster: Cluster
  stop(): Promise<void>
}

/** In this process, on a free port of the loopback interface. It asks for no credentials. */
export async function startApiServer(options: ApiServerOptions): Promise<ApiServer> {
  const cluster = createCluster(options)
  const server = fastify({ forceCloseConnections: true })
  server.setErrorHandler((error: FastifyError, _, reply) =>
    refuse(reply, error.statusCode ?? 500, 'BadRequest', error.message),
  )
  server.setNotFoundHandler((_, reply) =>
    refuse(reply, 404, 'NotFound', 'the server could not find the requested resource'),
  )

  server.get('/api/v1/namespaces', (request: FastifyRequest<{ Querystring: Query }>, reply) => {
    const { labelSelector = '', watch } = request.query
    const labels = readSelector(labelSelector)
    if (labels === undefined) {
      return refuse(reply, 400, 'BadRequest', `unable to parse: ${labelSelector}`)
    }
    if (watch === undefined || watch === 'false') return namespaceList(cluster, labels)
    reply.hijack()
    streamChanges(reply.raw, request.query, { ...options, cluster, labels })
    return reply
  })

  server.post('/api/v1/namespaces', (request: FastifyRequest<{ Body: Body }>, reply) => {
    const { name = '', labels = {} } = request.body?.metadata ?? {}
    if (!/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/.test(name)) {
      return refuse(reply, 422, 'Invalid', `Namespace "${name}" is invalid: metadata.name`)
    }
    const [known] = cluster.list({}).filter((namespace) => namespace.name === name)
    const created = cluster.create({ name, labels })
    if (created !== 'already-exists') {
      return reply.code(201).send(namespaceObject(created, cluster.version()))
    }
    const ending = known?.phase === 'Terminating' ? 'object is being deleted: ' : ''
    const text = `${ending}namespaces "${name}" already exists`
    return refuse(reply, 409, 'AlreadyExists', text)
  })

  server.delete(
    '/api/v1/namespaces/:name',
    (request: FastifyRequest<{ Params: { name: string }; Body: DeleteOptions }>, reply) => {
      const { name } = request.params
      const deleted = cluster.delete(name, request.body?.preconditions?.uid)
      if (deleted === 'not-found') {
        return refuse(reply, 404, 'NotFound', `namespaces "${name}" not found`)
      }
      if (deleted === 'conflict') {
        return refuse(reply, 409, 'Conflict', `the uid of namespaces "${name}" is another`)
      }
      return namespaceObject(deleted, cluster.version())
    },
  )

  await server.listen({ host: '127.0.0.1', port: 0 })
  const { port } = server.server.address() as AddressInfo
  return { url: `http://127.0.0.1:${port}`, cluster, stop: () => server.close() }
}

interface Query extends WatchQuery {
  readonly labelSelector?: string
  readonly watch?: string
}

interface Body {
  readonly metadata?: { readonly name?: string; readonly labels?: Record<string, string> }
}

interface DeleteOptions {
  readonly preconditions?: { readonly uid?: string }
}

/** `a=b,c==d`, the selectors by equality; undefined where it is another kind. */
function readSelector(text: string): LabelSelector | undefined {
  const requirements = text.split(',').filter((requirement) => requirement !== '')
  const pairs = requirements.map((requirement) => /^([\w./-]+)==?([\w.-]*)$/.exec(requirement))
  if (pairs.some((pair) => pair === null)) return undefined
  return Object.fromEntries(pairs.map((pair) => [pair?.[1], pair?.[2]]))
}

function refuse(reply: FastifyReply, code: number, reason: string, message: string): FastifyReply {
  return reply.code(code).send(refusal(code, reason, message))
}
