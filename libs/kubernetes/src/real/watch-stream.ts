import type { ServerResponse } from 'node:http'
import type { Clock, LabelSelector } from '@keyrace/environment'
import type { Cluster } from '../cluster.ts'
import { bookmark, namespaceObject, refusal } from './api-objects.ts'

/** As it stands in the query of the request. */
export interface WatchQuery {
  readonly resourceVersion?: string
  readonly allowWatchBookmarks?: string
  readonly timeoutSeconds?: string
}

/** One JSON object a line, until the client goes or the time that it asked for is over. */
export function streamChanges(
  response: ServerResponse,
  { resourceVersion, allowWatchBookmarks, timeoutSeconds }: WatchQuery,
  options: {
    readonly cluster: Cluster
    readonly labels: LabelSelector
    readonly clock: Clock
    readonly bookmarkIntervalMs: number
  },
): void {
  const { cluster, labels, clock, bookmarkIntervalMs } = options
  const since = resourceVersion === undefined ? cluster.version() : Number(resourceVersion)
  let cancelBookmark = () => {}
  let cancelEnd = () => {}
  response.writeHead(200, { 'content-type': 'application/json' }).flushHeaders()
  const stop = cluster.watch(since, labels, ({ type, namespace, resourceVersion: version }) =>
    write(type, namespaceObject(namespace, version)),
  )
  if (stop === 'gone') {
    write('ERROR', refusal(410, 'Expired', `too old resource version: ${resourceVersion}`))
    response.end()
    return
  }
  if (allowWatchBookmarks === 'true') scheduleBookmark()
  if (timeoutSeconds !== undefined) {
    cancelEnd = clock.timer(Number(timeoutSeconds) * 1_000, () => void response.end())
  }
  response.once('close', () => {
    stop()
    cancelBookmark()
    cancelEnd()
  })

  function write(type: string, object: unknown): void {
    response.write(`${JSON.stringify({ type, object })}\n`)
  }

  function scheduleBookmark(): void {
    cancelBookmark = clock.timer(bookmarkIntervalMs, () => {
      write('BOOKMARK', bookmark(cluster.version()))
      scheduleBookmark()
    })
  }
}
