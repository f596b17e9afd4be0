import { Readable } from 'node:stream'
import { Pool } from 'undici'
import { type Answer, type Call, type Transport, TransportError } from '../transport.ts'
import { readEvents } from './server-sent-events.ts'

export interface HttpTransportOptions {
  /** The controller's origin: `http://127.0.0.1:8000`. */
  readonly origin: string
  /** Keep-alive connections; further calls wait for one. */
  readonly connections?: number
  /** False: each call has a connection of its own. */
  readonly keepAlive?: boolean
  /** An answer that is longer breaks off; by default it may be as long as it likes. */
  readonly longestAnswerBytes?: number
}

/** A pooled keep-alive HTTP client. Redirects are answers like any other, and nothing is retried. */
export function createHttpTransport({
  origin,
  connections = 16,
  keepAlive = true,
  longestAnswerBytes: maxResponseSize = -1,
}: HttpTransportOptions): Transport {
  const pipelining = keepAlive ? 1 : 0
  const pool = new Pool(origin, {
    ...{ connections, pipelining, maxResponseSize },
    keepAliveTimeout: 30_000,
  })
  // Connections of their own for what stays open: the other calls never wait for it.
  const openEnded = new Pool(origin, { pipelining: 1, headersTimeout: 0, bodyTimeout: 0 })
  return {
    async call(call) {
      // Bounds the whole exchange, waiting for a free connection included. AbortSignal.timeout would fire,
      // and make an error, long after each answer has come.
      const deadline = new AbortController()
      const timer = setTimeout(() => deadline.abort(), call.timeoutMs)
      const end: End = { origin, deadline: deadline.signal, left: call.signal }
      try {
        const isOpenEnded = call.endpoint.events !== undefined || call.endpoint.held === true
        return await exchange(isOpenEnded ? openEnded : pool, call, end)
      } catch (error) {
        throw asTransportError(error, end)
      } finally {
        clearTimeout(timer)
      }
    },
    async close() {
      await Promise.all([pool.destroy(), openEnded.destroy()])
    },
  }
}

/** What can end a call, besides the neighbour at `origin`. */
interface End {
  readonly origin: string
  readonly deadline: AbortSignal
  readonly left: AbortSignal | undefined
}

async function exchange(pool: Pool, call: Call, end: End): Promise<Answer> {
  const { statusCode: status, headers, body } = await send(pool, call, end)
  const answer = { status, headers: flatten(headers) }
  if (call.endpoint.events !== undefined && status === call.endpoint.status) {
    return { ...answer, body: null, events: eventsOf(body, end) }
  }
  const text = await body.text()
  return { ...answer, body: text === '' ? null : parse(text) }
}

function send(pool: Pool, { endpoint, input, headers }: Call, { deadline, left }: End) {
  const body =
    endpoint.stream === undefined
      ? encode(input.body)
      : Readable.from(input.body as AsyncIterable<string>)
  return pool.request({
    method: endpoint.method,
    path: pathOf(endpoint.path, input),
    headers:
      body === null
        ? headers
        : { 'content-type': endpoint.stream ?? 'application/json', ...headers },
    body,
    signal: left === undefined ? deadline : AbortSignal.any([deadline, left]),
  })
}

async function* eventsOf(body: AsyncIterable<Uint8Array>, end: End): AsyncGenerator<unknown> {
  try {
    for await (const data of readEvents(body)) yield parse(data)
  } catch (error) {
    if (!end.left?.aborted) throw asTransportError(error, end)
  }
}

function encode(body: unknown): string | null {
  return body === undefined ? null : JSON.stringify(body)
}

/** The path of an endpoint with its parameters filled in, and the query. */
export function pathOf(path: string, { params, query }: Call['input']): string {
  const named = (params ?? {}) as Record<string, string>
  const filled = path.replace(/:(\w+)/g, (_, name: string) => encodeURIComponent(named[name] ?? ''))
  const pairs = Object.entries((query ?? {}) as Record<string, unknown>)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]): [string, string] => [name, String(value)])
  return pairs.length === 0 ? filled : `${filled}?${new URLSearchParams(pairs)}`
}

function flatten(all: Record<string, string | string[] | undefined>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(all).map(([name, value]) => [
      name,
      Array.isArray(value) ? value.join(', ') : (value ?? ''),
    ]),
  )
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new TransportError('malformed', 'the controller answered something that is not JSON', {
      cause,
    })
  }
}

function asTransportError(error: unknown, { origin, deadline, left }: End): TransportError {
  if (error instanceof TransportError) return error
  const { code, message } = error as NodeJS.ErrnoException
  if (left?.aborted) {
    return new TransportError('closed', 'the caller has left', { cause: error })
  }
  if (deadline.aborted || code?.includes('TIMEOUT')) {
    return new TransportError('timeout', `${origin} did not answer in time`, { cause: error })
  }
  if (code === 'UND_ERR_DESTROYED' || code === 'UND_ERR_CLOSED') {
    return new TransportError('closed', 'the client was closed', { cause: error })
  }
  if (code === 'UND_ERR_RES_EXCEEDED_MAX_SIZE') {
    return new TransportError('malformed', `${origin} answers far too much`, { cause: error })
  }
  return new TransportError('unreachable', `${origin} cannot be reached: ${message}`, {
    cause: error,
  })
}
