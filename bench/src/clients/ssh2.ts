import assert from 'node:assert/strict'
import { realIds } from '@keyrace/environment/real'
import type { PushAttempt, PushConnection } from '@keyrace/load'
import { type Client, PushFailed, type TimedPush } from './client.ts'

/** Our own client: it costs a tenth of the stock one, and so leaves the processors to the server. */
export const ssh2: Client = async (server, { app, pusher }) => {
  assert(server.connect !== undefined)
  const connection = await server.connect(pusher)
  const attempt = await connection.push({
    app,
    ref: 'refs/heads/ssh2',
    nonce: realIds.next('bench'),
  })
  await connection.close()
  if (attempt.outcome !== 'ok') {
    throw new PushFailed(`a push ended as ${attempt.outcome}: ${attempt.reason}`)
  }
  return timed(connection, attempt)
}

function timed({ stamps: opening }: PushConnection, { stamps }: PushAttempt): TimedPush {
  const { startedAt, connectedAt, keyExchangedAt, authenticatedAt } = opening
  const { advertisedAt, reportedAt, doneAt } = stamps
  assert(advertisedAt !== null && reportedAt !== null)
  return {
    ms: doneAt - startedAt,
    phases: {
      connect: connectedAt - startedAt,
      keyExchange: keyExchangedAt - connectedAt,
      authenticate: authenticatedAt - keyExchangedAt,
      advertise: advertisedAt - authenticatedAt,
      receive: reportedAt - advertisedAt,
      finish: doneAt - reportedAt,
    },
  }
}
