import { once } from 'node:events'
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** Between builders and their controller: passes on what it gets, but for what it was told to hold. */
export interface Link {
  readonly origin: string
  /**
   * Holds the next call that begins like this (`POST /v2/hooks/publish`) until it is released, whatever
   * becomes of its caller: either before the controller hears of it, or once it has answered.
   */
  hold(call: string, part?: 'question' | 'answer'): Held
  /** How many calls that begin like this were answered. */
  countAnswered(call: string): number
  close(): Promise<void>
}

export interface Held {
  /** It is here. */
  readonly reached: Promise<void>
  release(): void
}

export async function startLink(target: string): Promise<Link> {
  const holds = new Set<Hold>()
  const answered: string[] = []
  const server = createServer((from, to) => {
    pass(from, to).catch(() => to.destroy())
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')

  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    hold(call, part = 'question') {
      const reached = Promise.withResolvers<void>()
      const released = Promise.withResolvers<void>()
      holds.add({ call, part, reach: reached.resolve, released: released.promise })
      return { reached: reached.promise, release: released.resolve }
    },
    countAnswered: (call) => answered.filter((name) => name.startsWith(call)).length,
    async close() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }

  async function pass(from: IncomingMessage, to: ServerResponse): Promise<void> {
    const url = new URL(from.url ?? '', target)
    const { method, headers } = from
    const name = `${method} ${url.pathname}`
    const question = Buffer.concat(await from.toArray())
    await wait(name, 'question')
    const onward = request(url, { method, headers }).end(question)
    const [response] = (await once(onward, 'response')) as [IncomingMessage]
    const answer = Buffer.concat(await response.toArray())
    await wait(name, 'answer')
    to.writeHead(response.statusCode ?? 502, response.headers).end(answer)
    answered.push(name)
  }

  async function wait(name: string, part: Hold['part']): Promise<void> {
    const hold = [...holds].find((held) => held.part === part && name.startsWith(held.call))
    if (hold === undefined) return
    holds.delete(hold)
    hold.reach()
    await hold.released
  }
}

interface Hold {
  readonly call: string
  readonly part: 'question' | 'answer'
  readonly reach: () => void
  readonly released: Promise<void>
}
