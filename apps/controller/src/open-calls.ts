import type { FastifyReply } from 'fastify'

/** The calls that are being answered. */
export interface OpenCalls {
  /** Aborts when the answer is out, its reader has left or the server closes. */
  add(reply: FastifyReply, form: 'answer' | 'stream'): AbortSignal
  /** Resolves when nothing is being answered any more. */
  end(): Promise<void>
}

/** A server that closes waits for its answers, some of which wait for something to tell. */
export function createOpenCalls(): OpenCalls {
  const open = new Set<() => Promise<void>>()
  return {
    add(reply, form) {
      const call = new AbortController()
      const ended = Promise.withResolvers<void>()
      const end = () => {
        call.abort()
        // Its reader need not be reading, so that it might never come to its end.
        if (form === 'stream') reply.raw.destroy()
        return ended.promise
      }
      open.add(end)
      reply.raw.once('close', () => {
        open.delete(end)
        call.abort()
        ended.resolve()
      })
      return call.signal
    },
    async end() {
      await Promise.all([...open].map((end) => end()))
    },
  }
}
