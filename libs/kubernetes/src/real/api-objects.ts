import type { LabelSelector, Namespace } from '@keyrace/environment'
import type { Cluster } from '../cluster.ts'

/** What the API server writes, in the shapes of `core/v1`. */

export function namespaceList(cluster: Cluster, labels: LabelSelector) {
  const version = cluster.version()
  return {
    kind: 'NamespaceList',
    apiVersion: 'v1',
    metadata: { resourceVersion: `${version}` },
    items: cluster.list(labels).map((namespace) => namespaceObject(namespace, version)),
  }
}

export function namespaceObject({ name, uid, labels, phase }: Namespace, version: number) {
  return {
    kind: 'Namespace',
    apiVersion: 'v1',
    metadata: { name, uid, labels, resourceVersion: `${version}` },
    spec: { finalizers: ['kubernetes'] },
    status: { phase },
  }
}

/** It has a version and nothing else. */
export function bookmark(version: number) {
  return {
    kind: 'Namespace',
    apiVersion: 'v1',
    metadata: { resourceVersion: `${version}`, creationTimestamp: null },
    spec: {},
    status: {},
  }
}

export function refusal(code: number, reason: string, message: string) {
  return {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Failure',
    message,
    reason,
    code,
  }
}
