import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type Endpoint, type ErrorCode, errorBody, errors, headers } from '@keyrace/contracts'
import type { Inbox, OpenInbox } from '../inbox.ts'
import type { Answer } from '../transport.ts'

export interface InboxAddress {
  /** Callers reach us under this name as well. */
  readonly host: string
  readonly port: number
}

const longestBodyBytes = 1024 * 1024
/** For a whole call to arrive. */
const longestRequestMs = 10_000
/** Longer than a caller keeps a connection: it is the caller who closes it, and loses no call by that. */
const longestIdleMs = 60_000
/** For the calls that are under way when we close. */
const longestGoodbyeMs = 1_000

type Answering = Parameters<Inbox['open']>[1]

/** An HTTP server that knows one path. Who has not the secret learns nothing, and is not read. */
export function createHttpInbox({ host, port }: InboxAddress): Inbox {
  return {
    async open(endpoint, answer): Promise<OpenInbox> {
      const secret = randomBytes(32).toString('base64url')
      const server = createServer((request, response) => {
        void serve({ server, endpoint, secret, answer }, request, response)
      })
      server.requestTimeout = longestRequestMs
      server.headersTimeout = longestRequestMs
      server.keepAliveTimeout = longestIdleMs
      server.listen(port, host)
      await once(server, 'listening')
      const { port: taken } = server.address() as AddressInfo
      const named = host.includes(':') ? `[${host}]` : host
      return { origin: `http://${named}:${taken}`, secret, close: () => close(server) }
    },
  }
}

interface Service {
  readonly server: Server
  readonly endpoint: Endpoint
  readonly secret: string
  readonly answer: Answering
}

async function serve(
  service: Service,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  try {
    const { status, headers: sent, body } = await answerTo(service, request)
    // What was not read is not waited for; and once we close, a connection that is kept would hold us up.
    response.shouldKeepAlive &&= request.complete && service.server.listening
    response.writeHead(status, { ...sent, 'content-type': 'application/json' })
    response.end(JSON.stringify(body))
  } catch {
    // The caller went away, or we are at fault: either way there is no answer, and the caller sees that.
    response.destroy()
  }
}

async function answerTo(service: Service, request: IncomingMessage): Promise<Answer> {
  const { endpoint, secret, answer } = service
  if (request.method !== endpoint.method || request.url !== endpoint.path) {
    return refusal('route-not-found')
  }
  if (!isSame(String(request.headers[headers.builderToken] ?? ''), secret)) {
    return refusal('unauthenticated')
  }
  const body = await readJson(request)
  return body === undefined ? refusal('invalid-request') : await answer({ input: { body } })
}

function refusal(code: ErrorCode): Answer {
  return {
    status: errors[code].status,
    headers: { [headers.code]: code },
    body: errorBody(code),
  }
}

/** Hashed first: how long the comparison takes says nothing about either. */
function isSame(given: string, secret: string): boolean {
  return timingSafeEqual(hash(given), hash(secret))
}

function hash(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}

/** Undefined where it is too long, or is no JSON. */
async function readJson(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length
    if (bytes > longestBodyBytes) return undefined
    chunks.push(chunk)
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8'))
  } catch {
    return undefined
  }
}

async function close(server: Server): Promise<void> {
  const closed = once(server, 'close')
  server.close()
  server.closeIdleConnections()
  // Over some connections no call ever came, and a call may have stopped in the middle.
  const goodbye = setTimeout(() => server.closeAllConnections(), longestGoodbyeMs)
  await closed
  clearTimeout(goodbye)
}
