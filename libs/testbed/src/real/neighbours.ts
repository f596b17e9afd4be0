import { realClock } from '@keyrace/environment/real'
import type { Neighbour } from '@keyrace/key-lookup'
import { clusterSettings } from '../cluster-settings.ts'
import { startEtcd } from '../etcd-server.ts'

export interface RunningNeighbours {
  /** Where these are, by the name of the flag that says it. */
  readonly at: { readonly etcd?: string; readonly kube?: string }
  /** What tells a service where these are. */
  flagsFor(needs: Iterable<Neighbour>): string[]
  stop(): Promise<void>
}

/** An etcd of our own, and a simulated API server in this process: those that are needed. */
export async function startNeighbours(needs: ReadonlySet<Neighbour>): Promise<RunningNeighbours> {
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
    // It brings a large driver with it.
    const { startApiServer } = await import('@keyrace/kubernetes/real')
    const server = await startApiServer({ ...clusterSettings, clock: realClock })
    cleanup.defer(() => server.stop())
    at.kube = server.url
    flags.set('kubernetes', `--kube=${server.url}`)
  }
  const running = cleanup.move()
  return {
    at,
    flagsFor: (wanted) => [...wanted].flatMap((need) => flags.get(need) ?? []),
    stop: () => running.disposeAsync(),
  }
}
