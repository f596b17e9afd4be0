import type { KeyValueStore } from '@keyrace/environment'
import { openEtcd } from '@keyrace/etcd/real'
import { describeKeyValueStore } from '@keyrace/etcd/testing'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { type EtcdServer, findEtcd, startEtcd } from './etcd-server.ts'
import { SetupError } from './setup-error.ts'

const found = findEtcd()
const reason = 'missing' in found ? ` (${found.missing})` : ''

describe.skipIf('missing' in found)(`the etcd of this machine${reason}`, () => {
  let server: EtcdServer
  beforeAll(async () => {
    server = await startEtcd()
  })
  afterAll(() => server.stop())

  describeKeyValueStore('etcd', async () => openEtcd(server.url))

  test('is away once it was stopped, within the deadline of who asks', async () => {
    const other = await startEtcd()
    const store = openEtcd(other.url)
    await store.put([{ key: '/a', value: 'b' }], { timeoutMs: 5_000 })
    await other.stop()
    await expect(store.list('/', { timeoutMs: 300 })).rejects.toMatchObject({
      name: 'KeyValueStoreError',
      code: expect.stringMatching(/^(timeout|unreachable)$/),
    })
    await store.close()
  })

  test('that never answers is a timeout', async () => {
    const store: KeyValueStore = openEtcd(server.url)
    await expect(store.list('/', { timeoutMs: 0 })).rejects.toMatchObject({ code: 'timeout' })
    await store.close()
  })
})

test('an etcd that is missing is told with its fix', async () => {
  vi.stubEnv('PATH', '/nowhere')
  const started = startEtcd()
  await expect(started).rejects.toBeInstanceOf(SetupError)
  await expect(started).rejects.toMatchObject({ code: 'no-etcd', message: /apt-get install/ })
  vi.unstubAllEnvs()
})
