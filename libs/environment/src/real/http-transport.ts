import { Readable } from 'node:stream'
import { Pool } from 'undici'
import { type Call, type Transport, TransportError } from '../transport.ts'

export interface HttpTransportOptions {
  /** The controller's origin: `http://127.0.0.1:8000`. */
  readonly origin: string
  /** Keep-alive connections; further calls wait for one. */
  readonly connections?: number
}

/** A pooled keep-alive HTTP client. Redirects are answers like any other, and nothing is retried. */
export function createHttpTransport({ origin, connections = 16 }: HttpTransportOptions): Transport {
  const pool = new Pool(origin, { connections, pipelining: 1, keepAliveTimeout: 30_000 })
  return {
    async call(call) {
      // Bounds the whole exchange, waiting for a free connection included. AbortSignal.timeout would fire,
      // and make an error, long after each answer has come.
      const deadline = new AbortController()
      const timer = setTimeout(() => deadline.abort(), call.timeoutMs)
      try {
        return await send(pool, call, deadline.signal)
      } catch (error) {
        throw asTransportError(error, origin, deadline.signal)
      } finally {
        clearTimeout(timer)
      }
    },
    close: () => pool.destroy(),
  }
}

async function send(pool: Pool, { endpoint, input, headers }: Call, signal: AbortSignal) {
  const body =
    endpoint.stream === undefined
      ? encode(input.body)
      : Readable.from(input.body as AsyncIterable<string>)
  const response = await pool.request({
    method: endpoint.method,
    path: pathOf(endpoint.path, input),
    headers:
      body === null
        ? headers
        : { 'content-type': endpoint.stream ?? 'application/json', ...headers },
    body,
    signal,
  })
  const text = await response.body.text()
  return {
    status: response.statusCode,
    headers: flatten(response.headers),
    body: text === '' ? null : parse(text),
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

function asTransportError(error: unknown, origin: string, deadline: AbortSignal) {
  if (error instanceof TransportError) return error
  const { code, message } = error as NodeJS.ErrnoException
  if (deadline.aborted || code?.includes('TIMEOUT')) {
    return new TransportError('timeout', `${origin} did not answer in time`, { cause: error })
  }
  if (code === 'UND_ERR_DESTROYED' || code === 'UND_ERR_CLOSED') {
    return new TransportError('closed', 'the client was closed', { cause: error })
  }
  return new TransportError('unreachable', `${origin} cannot be reached: ${message}`, {
    cause: error,
  })
}
