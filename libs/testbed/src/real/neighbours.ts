import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Neighbour } from '@keyrace/key-lookup'
import { startEtcd } from '../etcd-server.ts'
import { startService } from './service.ts'

export interface RunningNeighbours {
  /** Where these are, by the name of the flag that says it. */
  readonly at: { readonly etcd?: string; readonly kube?: string }
  /** What tells a service where these are. */
  flagsFor(needs: Iterable<Neighbour>): string[]
  stop(): Promise<void>
}

/** An etcd of our own, and a simulated API server: those that are needed. `logs`: a folder that stands. */
export async function startNeighbours(
  needs: ReadonlySet<Neighbour>,
  { logs }: { readonly logs: string },
): Promise<RunningNeighbours> {
  await using cleanup = new AsyncDisposableStack()
  const at: { etcd?: string; kube?: string } = {}
  const flags = new Map<Neighbour, string>()
  if (needs.has('etcd')) {
    const etcd = await startEtcd()
    cleanup.defer(() => etcd.stop())
    at.etcd = etcd.url
    flags.set('etcd', `--etcd=${etcd.url}`)
  }
  if (needs.has('kubernetes')) {
    const server = await startService<{ readonly url: string }>({
      name: 'kubernetes',
      main: fileURLToPath(new URL('api-server.ts', import.meta.url)),
      args: [],
      env: {},
      logFile: join(logs, 'kubernetes.log'),
    })
    cleanup.defer(() => server.stop())
    const { url } = server.listening
    at.kube = url
    flags.set('kubernetes', `--kube=${url}`)
  }
  const running = cleanup.move()
  return {
    at,
    flagsFor: (wanted) => [...wanted].flatMap((need) => flags.get(need) ?? []),
    stop: () => running.disposeAsync(),
  }
}
