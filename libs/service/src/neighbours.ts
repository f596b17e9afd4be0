import { type KeyValueStore, type Namespaces, NamespacesError } from '@keyrace/environment'
import { CannotStart } from './cannot-start.ts'

/** Those that a service was told of. */
export interface Neighbours {
  readonly keyValueStore: KeyValueStore | undefined
  readonly namespaces: Namespaces | undefined
}

/**
 * Clients of etcd and Kubernetes. Nobody connects yet. Their drivers are large, and loaded only for who wants
 * them. Rejects with CannotStart where a kubeconfig cannot be used.
 */
export async function openNeighbours({
  etcd,
  kube,
}: {
  readonly etcd?: string | undefined
  readonly kube?: string | undefined
}): Promise<Neighbours> {
  return {
    keyValueStore: etcd === undefined ? undefined : await openStore(etcd),
    namespaces: kube === undefined ? undefined : await openCluster(kube),
  }
}

async function openStore(url: string): Promise<KeyValueStore> {
  const { openEtcd } = await import('@keyrace/etcd/real')
  return openEtcd(url)
}

async function openCluster(target: string): Promise<Namespaces> {
  const { openNamespaces } = await import('@keyrace/kubernetes/real')
  try {
    return openNamespaces(target)
  } catch (cause) {
    if (!(cause instanceof NamespacesError)) throw cause
    throw new CannotStart(`${cause.message}: choose another with --kube`, { cause })
  }
}
