import type { LatencyMs } from '@keyrace/simulation'

/** The way of one message. Resolves when it has arrived; `hop` tells it from the others of its push. */
export type Hop = (label: string, hop: number) => Promise<void>

export const messagesOfPush = 8

/** The skeleton of a push: its eight messages, one after the other, in the layers that send them, and no work at all. */
export async function push(hop: Hop): Promise<boolean> {
  await hop('client > builder', 0)
  const isAllowed = await authorize(hop)
  if (isAllowed) await receive(hop)
  await hop('builder > client', messagesOfPush - 1)
  return isAllowed
}

async function authorize(hop: Hop): Promise<boolean> {
  await hop('builder > controller', 1)
  const right = await read(hop)
  await hop('controller > builder', 4)
  return right > 0
}

async function read(hop: Hop): Promise<number> {
  await hop('controller > database', 2)
  await hop('database > controller', 3)
  return 1
}

async function receive(hop: Hop): Promise<void> {
  await hop('builder > git', 5)
  await hop('git > builder', 6)
}

/** Of each message. */
export const latencyMs: LatencyMs = { from: 0.05, to: 0.4 }

/** Who push at the same time, each again as soon as its last push has ended. */
export const clients = 32

/** All clients, each with its share of the pushes. */
export async function pushAll(pushes: number, pushOnce: (push: number) => Promise<void>) {
  await Promise.all(
    Array.from({ length: clients }, async (_, client) => {
      for (let push = client; push < pushes; push += clients) await pushOnce(push)
    }),
  )
}
