import type { Purpose } from '@keyrace/contracts'
import { neverStale } from '../claims.ts'
import { createCopy } from '../copy.ts'
import { createCopyReader, type Failure } from '../copy-reader.ts'
import { timeoutKnob } from '../rpc-lookup.ts'
import { createSingleFlight } from '../single-flight.ts'
import { strategy } from '../strategy.ts'

/** Only deliver deltas: at each push it asks what has changed, and answers from a copy that is up to date. */
export const delta = strategy({
  description: 'asks at each push what has changed, and answers from its copy',
  knobs: { timeoutMs: timeoutKnob },
  mostKeys: 200_000,
  claim: () => neverStale,
  create({ clock, controller }, { timeoutMs }) {
    // Its bound is each question's own: as of when it was asked.
    const copy = createCopy({ clock, boundMs: Number.POSITIVE_INFINITY })
    const closing = new AbortController()
    const reader = createCopyReader({ clock, controller, copy, signal: closing.signal })
    // One flight for each purpose, which its requests are charged to.
    const readTo = createSingleFlight<Failure>({
      clock,
      timeoutMs,
      ask: (purpose, leftMs) => reader.catchUp({ purpose: purpose as Purpose, timeoutMs: leftMs }),
      isTimeout: (failure) => failure === 'timeout',
    })

    return {
      async start() {
        await reader.catchUp({ purpose: 'background', timeoutMs })
      },
      async identify(key) {
        const askedAt = clock.now()
        const reason = await readTo('identify')
        return reason === undefined ? copy.identify(key, askedAt) : { kind: 'unavailable', reason }
      },
      async authorize(request) {
        const askedAt = clock.now()
        const reason = await readTo('authorize')
        return reason === undefined ? copy.authorize(request, askedAt) : { kind: 'unknown', reason }
      },
      async close() {
        closing.abort()
      },
    }
  },
})
