import type { Endpoints, Input } from '@keyrace/contracts'
import type { Feed } from './feed.ts'
import type { Outcome } from './outcome.ts'

const defaultLimit = 1_000
const defaultHeartbeatMs = 1_000

export async function changes(
  feed: Feed,
  { epoch, since, limit = defaultLimit }: Input<Endpoints['changes']>['query'],
): Promise<Outcome<'changes'>> {
  const page = await feed.read({ epoch, revision: since }, limit)
  if (page === undefined) return { refused: 'revision-gone' }
  return { body: { changes: [...page.changes] }, revision: page.position.revision }
}

/** Refused at once where the stream would begin with `gone`. */
export async function changeStream(
  feed: Feed,
  { epoch, since, heartbeatMs = defaultHeartbeatMs }: Input<Endpoints['changeStream']>['query'],
  signal: AbortSignal | undefined,
): Promise<Outcome<'changeStream'>> {
  const position = { epoch, revision: since }
  const events = feed.follow(position, { heartbeatMs, ...(signal && { signal }) })
  if ((await feed.read(position, 1)) === undefined) return { refused: 'revision-gone' }
  return { body: null, revision: since, events }
}
