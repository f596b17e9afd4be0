import { sleep } from '@keyrace/environment'
import { ask } from '../ask.ts'
import { alike, unhinderedWrites } from '../claims.ts'
import { createCopy } from '../copy.ts'
import { strategy } from '../strategy.ts'

/** Between two reads, however late the first one came back: a slow controller is not asked in a loop. */
const shortestPauseMs = 1

/** The whole snapshot, on an interval. A copy older than the bound is not used: the answer is unknown. */
export const poll = strategy({
  description: 'keeps a whole copy of keys, apps and permissions, read anew each T',
  knobs: {
    intervalMs: {
      default: 1_000,
      minimum: 1,
      description: 'T: from one read being sent to the next',
    },
    timeoutMs: { default: 1_000, minimum: 1, description: 'S: how long one read may take' },
  },
  claim: ({ intervalMs, timeoutMs }) => ({
    revocation: alike('T + S', intervalMs + timeoutMs),
    grant: alike('T + S', intervalMs + timeoutMs),
    outage: { kind: 'bounded', ms: intervalMs + timeoutMs },
    write: unhinderedWrites,
  }),
  create({ clock, controller }, { intervalMs, timeoutMs }) {
    const copy = createCopy({ clock, boundMs: intervalMs + timeoutMs })
    const closing = new AbortController()
    let lastSentAt = clock.now()
    let polling = Promise.resolve()

    return {
      async start() {
        await refresh()
        polling = refreshUntilClosed()
      },
      identify: async (key) => copy.identify(key),
      authorize: async (request) => copy.authorize(request),
      async close() {
        closing.abort()
        await polling
      },
    }

    async function refreshUntilClosed() {
      while (!closing.signal.aborted) {
        const dueInMs = lastSentAt + intervalMs - clock.now()
        await sleep(clock, Math.max(dueInMs, shortestPauseMs), closing.signal)
        if (!closing.signal.aborted) await refresh()
      }
    }

    // Reads follow one another, so an older answer can never replace a newer one.
    async function refresh() {
      lastSentAt = clock.now()
      const sentAt = lastSentAt
      const answer = await ask(
        controller.call('snapshot', {}, { timeoutMs, purpose: 'background' }),
        () => undefined,
      )
      if (answer?.ok && answer.stamp) copy.replace(answer.body, answer.stamp, sentAt)
    }
  },
})
