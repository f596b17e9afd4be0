import type { Purpose } from '@keyrace/contracts'
import { type ControllerClient, ControllerUnavailable } from '@keyrace/controller-client'
import { type Clock, sleep } from '@keyrace/environment'
import type { Copy } from './copy.ts'
import type { CopyReader } from './copy-reader.ts'

export interface CopyFollowerDeps {
  readonly clock: Clock
  readonly controller: ControllerClient
  readonly copy: Copy
  readonly reader: CopyReader
  /** A stream that says nothing for so long has stalled. */
  readonly heartbeatMs: number
  /** Of what is read where the stream cannot tell. */
  readonly timeoutMs: number
  readonly signal: AbortSignal
}

/**
 * Of a time that the controller has counted, as much has passed on our clock at least: it would have to run by a
 * quarter too fast. Clocks are kept far better; but what they differ by adds up for as long as a stream lasts.
 */
const leastOfTheirTime = 0.8
/** So that it does not add up: with the next stream it begins anew. In heartbeats. */
const longestStream = 2
/** Heartbeats that the controller sends in one of ours: three of them may be late. */
const sentInOne = 4
const shortestHeartbeatMs = 10
const shortestPauseMs = 10

/**
 * Keeps a copy up to date by the stream of changes, until the signal. A stream that breaks, stalls or skips something
 * is taken up again from where the copy stands.
 *
 * How old is what an event tells? That it has just come proves nothing: it may have waited in a buffer. But the
 * controller opened the stream after we asked for it, and says how long after that it read what the event tells.
 * So it is from no earlier than our asking and that time together, as our clock counts it.
 */
export async function followChanges(deps: CopyFollowerDeps): Promise<void> {
  const { clock, reader, heartbeatMs, timeoutMs, signal } = deps
  let pauseMs = shortestPauseMs
  while (!signal.aborted) {
    const end = await followStream(deps)
    if (end === 'old') {
      pauseMs = shortestPauseMs
      continue
    }
    await sleep(clock, pauseMs, signal)
    pauseMs = Math.min(2 * pauseMs, heartbeatMs)
    if (end === 'gap') await reader.catchUp({ purpose, timeoutMs })
  }
}

const purpose: Purpose = 'background'

/** Until the stream is old, has a gap or is broken. */
async function followStream(deps: CopyFollowerDeps): Promise<'old' | 'gap' | 'broken'> {
  const { clock, controller, copy, heartbeatMs, signal } = deps
  const position = copy.position()
  if (position === undefined) return 'gap'
  const { epoch, revision: since } = position
  const sentMs = Math.max(Math.floor(heartbeatMs / sentInOne), shortestHeartbeatMs)
  const stalling = leaveWhenSilent(clock, heartbeatMs, signal)
  const openedAt = clock.now()
  try {
    const stream = await controller.subscribe(
      'changeStream',
      { query: { epoch, since, heartbeatMs: sentMs } },
      { timeoutMs: heartbeatMs, purpose, signal: stalling.signal },
    )
    if (!stream.ok || stream.stamp?.epoch !== epoch) return 'gap'
    for await (const event of stream.events) {
      stalling.heard()
      if (event.kind === 'gone') return 'gap'
      const { asOfMs = Number.NEGATIVE_INFINITY } = event
      const sentAt = openedAt + asOfMs * leastOfTheirTime
      // Our clock stood still, or theirs leapt: by the next stream we know more.
      if (sentAt > clock.now()) return 'broken'
      const changes = event.kind === 'changes' ? event.changes : []
      if (!copy.apply(changes, { epoch, revision: event.revision }, sentAt)) return 'gap'
      if (clock.now() - openedAt >= longestStream * heartbeatMs) return 'old'
    }
    return 'broken'
  } catch (error) {
    if (error instanceof ControllerUnavailable) return 'broken'
    throw error
  } finally {
    stalling.end()
  }
}

/** A signal that aborts with another one, or once nothing was heard for so long. */
function leaveWhenSilent(clock: Clock, silentMs: number, signal: AbortSignal) {
  const leaving = new AbortController()
  const leave = () => leaving.abort()
  signal.addEventListener('abort', leave, { once: true })
  let cancel = clock.timer(silentMs, leave)
  return {
    signal: leaving.signal,
    heard() {
      cancel()
      cancel = clock.timer(silentMs, leave)
    },
    end() {
      cancel()
      signal.removeEventListener('abort', leave)
    },
  }
}
