import { userOfKeyPath, usersPath, zeroSha } from '@keyrace/contracts'
import { type KeyValue, KeyValueStoreError, StorageError, sleep } from '@keyrace/environment'
import { parsePublicKey } from '@keyrace/public-key'
import { ageWithin } from '../age.ts'
import { ask } from '../ask.ts'
import { type AuthorizedKey, findAuthorizedKey, renderAuthorizedKeys } from '../authorized-keys.ts'
import type { AuthorizationRequest, Decision, OfferedKey } from '../key-lookup.ts'
import { repeat } from '../repeat.ts'
import { decisionsOn } from '../rpc-lookup.ts'
import { strategy } from '../strategy.ts'

const fileName = 'authorized_keys'
/** After a reading that failed. */
const pauseMs = 50

/**
 * What Deis v1 did, and where the thread began: the keys come from etcd into one file, which is read anew and
 * gone through for every key that is offered; then the historic push hook says whether the user may push.
 */
export const etcd = strategy({
  description: 'renders all keys in etcd into one file each T, scans it, and asks the push hook',
  knobs: {
    intervalMs: {
      default: 5_000,
      minimum: 1,
      description: 'T: from one reading of etcd to the next',
    },
    timeoutMs: {
      // A whole platform's keys are a large answer, and a busy builder is slow to take it in.
      default: 5_000,
      minimum: 1,
      description: 'S: how long etcd or controller may take',
    },
  },
  needs: ['etcd'],
  mostKeys: 200_000,
  claim({ intervalMs, timeoutMs }) {
    const asked = { formula: '0', ms: 0 }
    const key = { formula: 'T + S', ms: intervalMs + timeoutMs }
    return {
      revocation: { app: asked, permission: asked, key },
      grant: { app: asked, permission: asked, key },
      outage: { kind: 'fail-closed' },
      write: { formula: 'as long as etcd takes', ms: null },
    }
  },
  create({ clock, controller, files, keyValueStore }, { intervalMs, timeoutMs }) {
    if (keyValueStore === undefined) throw new TypeError('there is no etcd for the strategy etcd')
    const store = keyValueStore
    const boundMs = intervalMs + timeoutMs
    const closing = new AbortController()
    const { signal } = closing
    let rendered: readonly KeyValue[] | undefined
    /** Of the reading that the file shows. */
    let sentAt: number | undefined
    let rendering = Promise.resolve()

    return {
      async start() {
        const sentAt = clock.now()
        // After a reading that failed the next one is due at once.
        const since = (await render()) ? sentAt : sentAt - intervalMs
        rendering = repeat({ clock, intervalMs, since, signal }, keepRendering)
      },
      async identify(key) {
        const found = await find(key)
        if (typeof found === 'string') return { kind: 'unavailable', reason: found }
        const user = found.line?.user
        return user === undefined ? { kind: 'unknown-key' } : { kind: 'user', user }
      },
      authorize: (request) =>
        ask(decide(request), (reason): Decision => ({ kind: 'unknown', reason })),
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

    /** False where etcd or the disk failed. */
    async function render(): Promise<boolean> {
      const askedAt = clock.now()
      try {
        const entries = await store.list(usersPath, { timeoutMs })
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

    async function find(key: OfferedKey): Promise<Found | string> {
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
    }

    async function decide({ app, user, key }: AuthorizationRequest): Promise<Decision> {
      const answer = await controller.call(
        'historicPush',
        {
          body: {
            receive_user: user,
            receive_repo: app,
            sha: zeroSha,
            fingerprint: key.fingerprint,
            ssh_connection: '',
            ssh_original_command: `git-receive-pack '${app}.git'`,
          },
        },
        { timeoutMs, purpose: 'authorize' },
      )
      const found = await find(key)
      if (typeof found === 'string') return { kind: 'unknown', reason: found }
      const { allowed, denied } = decisionsOn(answer.stamp)
      const asRead = (decision: Decision): Decision =>
        decision.kind === 'unknown'
          ? decision
          : { ...decision, source: 'file', copyAgeMs: found.copyAgeMs }
      if (found.line?.user !== user) return asRead(denied('key-not-found'))
      return answer.ok ? asRead(allowed()) : denied(answer.code)
    }
  },
})

interface Found {
  readonly line: AuthorizedKey | undefined
  readonly copyAgeMs: number
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
