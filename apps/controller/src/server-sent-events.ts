import { Readable } from 'node:stream'
import { formatPosition, parsePosition } from '@keyrace/contracts'
import type { FastifyReply, FastifyRequest } from 'fastify'

/** As fast as the reader takes them. An event that has a revision is one to resume from. */
export function sendEvents(
  reply: FastifyReply,
  events: AsyncIterable<unknown>,
  epoch: string | undefined,
) {
  reply.type('text/event-stream').header('cache-control', 'no-store')
  return reply.send(Readable.from(framesOf(events, epoch)))
}

async function* framesOf(events: AsyncIterable<unknown>, epoch = '') {
  for await (const event of events) {
    const { revision } = event as { readonly revision?: number }
    const id = revision === undefined ? '' : `id: ${formatPosition({ epoch, revision })}\n`
    yield `${id}data: ${JSON.stringify(event)}\n\n`
  }
}

/** A browser that reconnects asks for the same URL again, and tells in a header how far it had come. */
export async function resume(request: FastifyRequest): Promise<void> {
  const position = parsePosition(`${request.headers['last-event-id']}`)
  if (position === undefined) return
  const { epoch, revision: since } = position
  request.query = { ...(request.query as object), epoch, since }
}
