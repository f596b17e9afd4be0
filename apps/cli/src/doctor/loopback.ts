import { once } from 'node:events'
import { createServer } from 'node:net'
import type { Check } from './check.ts'

export const loopback: Check = {
  name: 'loopback',
  async examine() {
    const server = createServer()
    try {
      await once(server.listen(0, '127.0.0.1'), 'listening')
      return { status: 'ok', found: 'a port of 127.0.0.1 can be bound' }
    } catch (error) {
      const fix = 'allow programs to listen on 127.0.0.1'
      return { status: 'failure', found: (error as Error).message, fix }
    } finally {
      server.close()
    }
  },
}
