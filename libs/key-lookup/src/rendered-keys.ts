import { userOfKeyPath, usersPath } from '@keyrace/contracts'
import {
  type Clock,
  type KeyValue,
  type KeyValueStore,
  KeyValueStoreError,
  type Points,
  type PrivateFiles,
  StorageError,
  sleep,
} from '@keyrace/environment'
import { parsePublicKey } from '@keyrace/public-key'
import { ageWithin } from './age.ts'
import { type AuthorizedKey, findAuthorizedKey, renderAuthorizedKeys } from './authorized-keys.ts'
import type { OfferedKey } from './key-lookup.ts'
import { repeat } from './repeat.ts'

export interface RenderedKeysOptions {
  readonly clock: Clock
  readonly files: PrivateFiles
  readonly store: KeyValueStore
  /** From one reading of the store being sent to the next. */
  readonly intervalMs: number
  /** Of one reading. */
  readonly timeoutMs: number
  readonly boundMs: number
  readonly points?: Points | undefined
}

/** All keys in a key-value store, as one authorized_keys file. */
export interface RenderedKeys {
  /** Resolves after the first reading, whatever came of it. */
  start(): Promise<void>
  /** Reads the file anew; a reason where nobody can say. */
  find(key: OfferedKey): Promise<Found | string>
  close(): Promise<void>
}

interface Found {
  readonly line: AuthorizedKey | undefined
  readonly copyAgeMs: number
}

const fileName = 'authorized_keys'
/** After a reading that failed. */
const pauseMs = 50

export function createRenderedKeys(options: RenderedKeysOptions): RenderedKeys {
  const { clock, files, store, intervalMs, timeoutMs, boundMs, points } = options
  const closing = new AbortController()
  const { signal } = closing
  /** What the file shows, and when the reading of it was sent. */
  let rendered: readonly KeyValue[] | undefined
  let sentAt: number | undefined
  let rendering = Promise.resolve()

  return {
    async start() {
      const begunAt = clock.now()
      // After a reading that failed the next one is due at once.
      const since = (await render()) ? begunAt : begunAt - intervalMs
      rendering = repeat({ clock, intervalMs, since, signal }, keepRendering)
    },
    async find(key) {
      if (sentAt === undefined) return 'no-copy-yet'
      const copyAgeMs = ageWithin(clock, boundMs, sentAt)
      if (copyAgeMs === undefined) return 'copy-too-old'
      try {
        const text = await files.read(fileName)
        return text === undefined ? 'no-copy' : { line: findAuthorizedKey(text, key), copyAgeMs }
      } catch (error) {
        if (error instanceof StorageError) return 'disk'
        throw error
      }
    },
    async close() {
      closing.abort()
      await rendering
    },
  }

  /** Until it succeeds: the next reading may come too late for the bound. */
  async function keepRendering(): Promise<void> {
    while (!(await render())) {
      await sleep(clock, pauseMs, signal)
      if (signal.aborted) return
    }
  }

  /** False where store or disk failed. */
  async function render(): Promise<boolean> {
    const askedAt = clock.now()
    try {
      const entries = await store.list(usersPath, { timeoutMs })
      const held = points?.('copy/before-keys')
      if (held) await held
      if (!isSame(entries, rendered)) {
        await files.replace(fileName, renderAuthorizedKeys(entries.flatMap(lineOf)))
      }
      rendered = entries
      sentAt = askedAt
      return true
    } catch (error) {
      if (error instanceof KeyValueStoreError || error instanceof StorageError) return false
      throw error
    }
  }
}

function lineOf({ key: path, value }: KeyValue): AuthorizedKey[] {
  const user = userOfKeyPath(path)
  const key = parsePublicKey(value)
  return user === undefined || key === undefined ? [] : [{ user, key, apps: [] }]
}

function isSame(entries: readonly KeyValue[], others: readonly KeyValue[] | undefined): boolean {
  return (
    entries.length === others?.length &&
    entries.every(({ key, value }, index) => {
      const other = others[index]
      return key === other?.key && value === other.value
    })
  )
}
