import type { Socket } from 'node:net'
import type { Clock } from '@keyrace/environment'

/** For a client that waits for ours before it sends its own; none that we know does. */
const longestHoldMs = 100
const newline = 10

/**
 * Keeps our first key exchange message back until the client's has come. A client with Nagle's algorithm on,
 * as the stock ssh, sends the next one only after the last was acknowledged; with nothing left to send, our
 * kernel puts that off for 40 ms. So now ours carries the acknowledgement. To be called before anybody else
 * listens to the socket.
 */
export function startKeyExchangeSecond(socket: Socket, clock: Clock): void {
  socket.once('data', (greeting: Buffer) => {
    // Some clients do not wait for our greeting: what is to come has come with theirs.
    if (greeting.at(-1) !== newline) return
    socket.cork()
    const cancel = clock.timer(longestHoldMs, release)
    socket.once('data', release)
    socket.once('close', cancel)
    function release() {
      cancel()
      socket.off('data', release)
      socket.off('close', cancel)
      socket.uncork()
    }
  })
}
