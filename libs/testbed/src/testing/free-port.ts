import { once } from 'node:events'
import { createServer } from 'node:net'

/** Below the ports that systems give to outgoing connections, one of which could take it meanwhile. */
const lowest = 20_000
const span = 10_000
const mostAttempts = 100

/** A port on which nobody listens, for a process that is to listen there again after it was killed. */
export async function freePort(): Promise<number> {
  for (let attempt = 1; attempt <= mostAttempts; attempt++) {
    const port = lowest + Math.floor(Math.random() * span)
    if (await isFree(port)) return port
  }
  throw new Error(`none of ${mostAttempts} ports was free`)
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer().listen(port, '127.0.0.1')
  try {
    await once(server, 'listening')
  } catch {
    return false
  }
  server.close()
  await once(server, 'close')
  return true
}
