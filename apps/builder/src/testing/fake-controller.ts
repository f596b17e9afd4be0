import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import {
  type EndpointName,
  type ErrorCode,
  endpoints,
  errorBody,
  errors,
  headers,
  type Release,
} from '@keyrace/contracts'

/** A controller in memory, as far as builders see one. Change what it knows at any time. */
export interface FakeController {
  readonly origin: string
  /** fingerprint → user */
  readonly keys: Map<string, string>
  readonly apps: Map<string, { generation: number; readonly users: Set<string> }>
  /** The last generation of apps that were deleted. */
  readonly gone: Map<string, number>
  /** push id → release */
  readonly releases: Map<string, Release>
  /** How often each endpoint was called. */
  readonly calls: Map<EndpointName, number>
  /** Runs before an endpoint answers: may wait, or answer in its place with an error. */
  readonly before: Partial<Record<EndpointName, () => Promise<ErrorCode | undefined>>>
  close(): Promise<void>
}

type Call = {
  readonly params: Record<string, string>
  readonly query: Record<string, string>
  readonly body: Record<string, unknown>
}
type Answer = ErrorCode | { readonly body: unknown; readonly generation?: number }

export async function startFakeController(): Promise<FakeController> {
  const controller: Omit<FakeController, 'origin' | 'close'> = {
    keys: new Map(),
    apps: new Map(),
    gone: new Map(),
    releases: new Map(),
    calls: new Map(),
    before: {},
  }
  const handlers = handlersOf(controller)
  const server = createServer((request, response) => {
    void respond(request).then(({ status, headers, body }) =>
      response.writeHead(status, headers).end(JSON.stringify(body)),
    )
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo

  return {
    ...controller,
    origin: `http://127.0.0.1:${port}`,
    async close() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }

  async function respond(request: IncomingMessage) {
    const url = new URL(request.url ?? '', 'http://controller')
    for (const [name, handle] of Object.entries(handlers) as [
      EndpointName,
      typeof handlers.publish,
    ][]) {
      const params = match(endpoints[name], request.method, url.pathname)
      if (params === undefined) continue
      controller.calls.set(name, (controller.calls.get(name) ?? 0) + 1)
      const body = (await readJson(request)) as Call['body']
      const query = Object.fromEntries(url.searchParams)
      const answer = (await controller.before[name]?.()) ?? handle({ params, query, body })
      return encode(answer, endpoints[name].status)
    }
    return encode('route-not-found', 404)
  }
}

function handlersOf({ apps, gone, keys, releases }: Omit<FakeController, 'origin' | 'close'>) {
  const mayPush = (user: unknown, app: unknown): Answer => {
    const known = apps.get(String(app))
    if (known === undefined) return 'app-not-found'
    return known.users.has(String(user)) ? { body: null } : 'forbidden'
  }
  return {
    keyOwner({ params, query }: Call): Answer {
      const username = keys.get(params.fingerprint ?? '')
      if (username === undefined) return 'key-not-found'
      const mine = [...apps].filter(([, { users }]) => users.has(username)).map(([app]) => app)
      const generation = apps.get(query.app ?? '')?.generation
      return { body: { username, apps: mine.sort() }, ...(generation && { generation }) }
    },
    latestGeneration({ params }: Call): Answer {
      const app = params.app ?? ''
      const generation = apps.get(app)?.generation ?? gone.get(app)
      if (generation === undefined) return 'app-not-found'
      return { body: { app, generation, stands: apps.has(app) }, generation }
    },
    publish({ body }: Call): Answer {
      const refusal = mayPush(body.user, body.app)
      if (typeof refusal === 'string') return refusal
      if (apps.get(String(body.app))?.generation !== body.generation) return 'generation-gone'
      const release = {
        ...body,
        version: releases.size + 1,
        state: 'pending',
      } as unknown as Release
      releases.set(release.pushId, release)
      return { body: release }
    },
    settleRelease({ params, body }: Call): Answer {
      const release = releases.get(params.pushId ?? '')
      if (release === undefined) return 'release-not-found'
      if (release.state !== 'pending' && release.state !== body.state) return 'release-settled'
      const settled = { ...release, state: body.state } as Release
      releases.set(release.pushId, settled)
      return { body: settled }
    },
    pendingReleases({ query }: Call): Answer {
      const pending = [...releases.values()].filter(
        ({ builder, state }) => builder === query.builder && state === 'pending',
      )
      return { body: { releases: pending } }
    },
    historicBuild({ body }: Call): Answer {
      const refusal = mayPush(body.receive_user, body.receive_repo)
      return typeof refusal === 'string' ? refusal : { body: { release: { version: 1 } } }
    },
  }
}

function match(
  endpoint: { readonly method: string; readonly path: string },
  method: string | undefined,
  path: string,
): Record<string, string> | undefined {
  const pattern = endpoint.path.replace(/:(\w+)/g, '(?<$1>[^/]+)')
  const groups = new RegExp(`^${pattern}$`).exec(path)?.groups
  if (method !== endpoint.method || !new RegExp(`^${pattern}$`).test(path)) return undefined
  return Object.fromEntries(
    Object.entries(groups ?? {}).map(([name, value]) => [name, decodeURIComponent(value)]),
  )
}

async function readJson(request: IncomingMessage): Promise<unknown> {
  const chunks = await request.toArray()
  return chunks.length === 0 ? {} : JSON.parse(Buffer.concat(chunks).toString())
}

function encode(answer: Answer, status: number) {
  const stamp = { [headers.epoch]: 'epoch', [headers.revision]: '1' }
  if (typeof answer === 'string') {
    const known = { ...stamp, [headers.code]: answer }
    return { status: errors[answer].status, headers: known, body: errorBody(answer) }
  }
  const { body, generation } = answer
  const named = generation === undefined ? {} : { [headers.generation]: String(generation) }
  return { status, headers: { ...stamp, ...named }, body }
}
