import { type KeyValue, type KeyValueStore, KeyValueStoreError } from '@keyrace/environment'
import { noop } from 'cockatiel'
import {
  ClientClosedError,
  Etcd3,
  GRPCDeadlineExceededError,
  GRPCUnavailableError,
  type IOperation,
  Range,
} from 'etcd3'

/** Of one answer: some megabytes at most, and few of them for the keys of a whole platform. */
const pageSize = 5_000
/** The server takes no more operations than that in one transaction. */
const largestTransaction = 128

/** A client of the etcd at this URL. It connects when it is first used, and again after each failure. */
export function openEtcd(url: string): KeyValueStore {
  const client = new Etcd3({
    hosts: url,
    // Whoever calls knows when to try again; a breaker would keep a server that is back away from us.
    faultHandling: { host: () => noop, global: noop },
    grpcOptions: {
      'grpc.initial_reconnect_backoff_ms': 50,
      'grpc.max_reconnect_backoff_ms': 1_000,
      'grpc.enable_http_proxy': 0,
      'grpc.max_receive_message_length': -1,
    },
  })

  return {
    list: (prefix, { timeoutMs }) => asked((by) => list(prefix, by), timeoutMs),
    put: (entries, { timeoutMs }) =>
      asked((by) => {
        return commit(
          entries.map(({ key, value }) => client.put(key).value(value)),
          by,
        )
      }, timeoutMs),
    delete: (keys, { timeoutMs }) =>
      asked(
        (by) =>
          commit(
            keys.map((key) => client.delete().key(key)),
            by,
          ),
        timeoutMs,
      ),
    deletePrefix: (prefix, { timeoutMs }) =>
      asked(async (by) => {
        await client.delete().prefix(prefix).options(by)
      }, timeoutMs),
    async close() {
      client.close()
    },
  }

  /** The pages that follow the first are read at its revision. */
  async function list(prefix: string, by: Deadline): Promise<KeyValue[]> {
    const found: KeyValue[] = []
    const { end } = Range.prefix(prefix)
    let start: Buffer | string = prefix
    let revision: string | undefined
    for (;;) {
      const query = client.getAll().inRange({ start, end }).limit(pageSize).options(by)
      const { header, kvs, more } = await (revision ? query.revision(revision) : query).exec()
      for (const { key, value } of kvs) found.push({ key: `${key}`, value: `${value}` })
      const last = kvs.at(-1)
      if (!more || last === undefined) return found
      revision ??= header.revision
      start = Buffer.concat([last.key, Buffer.of(0)])
    }
  }

  async function commit(operations: readonly IOperation[], by: Deadline): Promise<void> {
    for (let done = 0; done < operations.length; done += largestTransaction) {
      const batch = operations.slice(done, done + largestTransaction)
      // A transaction has a condition; this one always holds.
      await client
        .if('any', 'Version', '>', -1)
        .then(...batch)
        .options(by)
        .commit()
    }
  }
}

interface Deadline {
  readonly deadline: number
}

async function asked<T>(work: (by: Deadline) => Promise<T>, timeoutMs: number): Promise<T> {
  try {
    return await work({ deadline: Date.now() + timeoutMs })
  } catch (error) {
    throw asStoreError(error)
  }
}

function asStoreError(error: unknown): KeyValueStoreError {
  const { message } = error as Error
  if (error instanceof GRPCDeadlineExceededError) return failure('timeout')
  if (error instanceof GRPCUnavailableError || error instanceof ClientClosedError) {
    return failure('unreachable')
  }
  return failure('refused')

  function failure(code: KeyValueStoreError['code']): KeyValueStoreError {
    return new KeyValueStoreError(code, message, { cause: error })
  }
}
