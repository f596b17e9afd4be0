import type pg from 'pg'

/** The history that the newest connection leads to. */
export interface History {
  epoch(): string
  /** To be told of each new connection before it is used. */
  enter(client: pg.ClientBase): Promise<void>
  isCurrent(client: pg.ClientBase): boolean
}

/**
 * A backup says who it is a backup of, but not that it is one. What tells is that its server was started anew or,
 * where a dump was read into a running one, that its tables were made anew. A server that merely started again
 * counts as restored, too: it may have lost its last commits.
 */
const epochQuery = `
  SELECT epoch || '-' || left(md5(concat_ws(' ',
    extract(epoch FROM pg_postmaster_start_time()),
    (SELECT oid FROM pg_database WHERE datname = current_database()),
    pg_relation_filenode('revision')
  )), 12) AS epoch
  FROM installation`

/** Asks once a connection, which does not outlive its server. */
export function createHistory(): History {
  const epochs = new WeakMap<pg.ClientBase, string>()
  let current = ''
  return {
    epoch: () => current,
    async enter(client) {
      const { rows } = await client.query<{ epoch: string }>(epochQuery)
      current = rows[0]?.epoch ?? ''
      epochs.set(client, current)
    },
    isCurrent: (client) => epochs.get(client) === current,
  }
}
