import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { realClock } from '@keyrace/environment/real'
import { expect, onTestFinished, test } from 'vitest'
import { describeNamespaces, suiteCluster } from '../testing/suite.ts'
import { startApiServer } from './api-server.ts'
import { openNamespaces } from './namespaces.ts'

const start = () => startApiServer({ ...suiteCluster, clock: realClock })

describeNamespaces('the official client at a simulated API server', async () => {
  const { url, stop } = await start()
  return { namespaces: openNamespaces(url), stop }
})

test('a kubeconfig file leads to the cluster of its current context', async () => {
  const server = await start()
  const folder = await mkdtemp(join(tmpdir(), 'keyrace-kube-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  const file = join(folder, 'config')
  await writeFile(file, kubeconfig(server.url))
  server.cluster.create({ name: 'a', labels: { x: 'y' } })
  const list = await openNamespaces(file).list({ labels: { x: 'y' }, timeoutMs: 5_000 })
  expect(list.namespaces).toMatchObject([{ name: 'a' }])
  await server.stop()
})

test('a kubeconfig that cannot be read is told by its name', () => {
  expect(() => openNamespaces('/nowhere/config')).toThrow(/kubeconfig \/nowhere\/config/)
})

test('what the server refuses says why', async () => {
  const server = await start()
  const namespaces = openNamespaces(server.url)
  const soon = { timeoutMs: 5_000 }
  const wrong = namespaces.create({ name: 'Not_A_Name', labels: {} }, soon)
  await expect(wrong).rejects.toMatchObject({ code: 'refused', message: /422.*is invalid/ })
  const strange = namespaces.list({ labels: { 'a b': '' }, ...soon })
  await expect(strange).rejects.toMatchObject({ code: 'refused', message: /unable to parse/ })
  await server.stop()
})

test('a server that is not there is unreachable, and one that says nothing a timeout', async () => {
  const server = await start()
  await server.stop()
  const gone = openNamespaces(server.url).list({ labels: {}, timeoutMs: 5_000 })
  await expect(gone).rejects.toMatchObject({ code: 'unreachable', message: /ECONNREFUSED/ })

  const silent = createServer()
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve))
  const { port } = silent.address() as { port: number }
  const late = openNamespaces(`http://127.0.0.1:${port}`).list({ labels: {}, timeoutMs: 50 })
  await expect(late).rejects.toMatchObject({ code: 'timeout' })
  silent.close()
})

test('the end of the server ends a watch', async () => {
  const server = await start()
  const namespaces = openNamespaces(server.url)
  const { signal } = new AbortController()
  const watching = namespaces.watch({ labels: {}, resourceVersion: '1', signal })
  const events = watching[Symbol.asyncIterator]()
  expect(await events.next()).toMatchObject({ value: { kind: 'bookmark' } })
  await server.stop()
  const end = await events.next().then(
    ({ done }) => done,
    (error) => error.code,
  )
  expect([true, 'unreachable']).toContain(end)
})

function kubeconfig(server: string): string {
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'here',
    clusters: [{ name: 'cluster', cluster: { server, 'insecure-skip-tls-verify': true } }],
    users: [{ name: 'user', user: { token: 'secret' } }],
    contexts: [{ name: 'here', context: { cluster: 'cluster', user: 'user' } }],
  })
}
