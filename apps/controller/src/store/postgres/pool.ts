import type { PostgresPool, PostgresPoolClient } from 'kysely'
import pg from 'pg'
import { StoreError } from '../store.ts'
import type { History } from './history.ts'

const statementTimeoutMs = 30_000
/** The server ends a statement first; this is for a server that does not answer at all. */
const answerTimeoutMs = statementTimeoutMs + 5_000

/**
 * A connection pool whose failures are StoreErrors. Statements with parameters are prepared once a
 * connection: planning them costs more than running them.
 */
export function createPool({ url, onIdleFailure, history, ...options }: PoolOptions): PostgresPool {
  const pool = new pg.Pool({
    connectionString: url,
    max: 20,
    connectionTimeoutMillis: 5_000,
    statement_timeout: statementTimeoutMs,
    query_timeout: options.answerTimeoutMs ?? answerTimeoutMs,
    idle_in_transaction_session_timeout: 60_000,
    types: { getTypeParser },
    ...(history && { onConnect: history.enter }),
  })
  pool.on('error', onIdleFailure)
  // A connection that breaks in use fails its query, too: the event alone would end the process.
  pool.on('connect', (client) => client.on('error', () => {}))
  const names = new Map<string, string>()

  return {
    options: pool.options,
    end: () => pool.end(),
    async connect() {
      const client = await connectToCurrent()
      let isAnswered = true
      const query = (text: string, values: readonly unknown[]) =>
        client.query(statement(text, values)).catch((error: unknown) => {
          isAnswered &&= error instanceof pg.DatabaseError
          return asStoreError(error)
        })
      // Cursors, the type's other way to query, are not used here.
      return {
        query: query as unknown as PostgresPoolClient['query'],
        // What the server still does for a query that it did not answer, it must not do for the next one.
        release: (discard) => client.release(discard || !isAnswered),
      }
    },
  }

  async function connectToCurrent(): Promise<pg.PoolClient> {
    for (;;) {
      const client = await pool.connect().catch(asStoreError)
      if (history === undefined || history.isCurrent(client)) return client
      client.release(true)
    }
  }

  /** Numbered by its text, of which there are as many as the code has queries. */
  function statement(text: string, values: readonly unknown[]): pg.QueryConfig {
    if (values.length === 0) return { text }
    const name = names.get(text) ?? `statement ${names.size}`
    names.set(text, name)
    return { name, text, values: [...values] }
  }
}

export interface PoolOptions {
  readonly url: string
  /** How long the server may take to answer a query. */
  readonly answerTimeoutMs?: number
  readonly onIdleFailure: (error: Error) => void
  /** Connections that are not to the current one are closed. */
  readonly history?: History
}

/** Revisions are far below 2^53: numbers, not the strings that pg makes of bigint. */
const getTypeParser: pg.CustomTypesConfig['getTypeParser'] = (id, format) =>
  id === pg.types.builtins.INT8 ? Number : pg.types.getTypeParser(id, format)

function asStoreError(error: unknown): never {
  const { code = 'no-answer', message } = error as NodeJS.ErrnoException
  throw new StoreError(code, message, { cause: error })
}
