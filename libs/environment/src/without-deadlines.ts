import type { Transport } from './transport.ts'

/** 24 days; timers of more than that overflow. */
const longestMs = 2 ** 31 - 1

/** The quirk `no-deadlines`: a call waits for as long as the other side is silent. */
export function withoutDeadlines(transport: Transport): Transport {
  return {
    call: (call) => transport.call({ ...call, timeoutMs: longestMs }),
    close: () => transport.close(),
  }
}
