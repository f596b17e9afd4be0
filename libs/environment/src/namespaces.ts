/** A namespace of a cluster, as far as somebody who lists them sees it. */
export interface Namespace {
  readonly name: string
  /** Tells it from others that had its name before. */
  readonly uid: string
  readonly labels: Readonly<Record<string, string>>
  /** What was deleted is Terminating for a while; its name is free only once it is gone. */
  readonly phase: 'Active' | 'Terminating'
}

export interface NamespaceList {
  readonly namespaces: readonly Namespace[]
  /** Where a watch goes on from. Opaque: it says nothing about what is older or newer. */
  readonly resourceVersion: string
}

export type NamespaceEvent =
  /** There is such a namespace, and it looks like this now. */
  | { readonly kind: 'standing'; readonly namespace: Namespace }
  | { readonly kind: 'gone'; readonly namespace: Namespace }
  /** Nothing that matters has happened; everything before it has been told. */
  | { readonly kind: 'bookmark' }

/** All of these must be there with this value. */
export type LabelSelector = Readonly<Record<string, string>>

/** The namespaces of a Kubernetes cluster. Everything here rejects with a NamespacesError. */
export interface Namespaces {
  list(options: {
    readonly labels: LabelSelector
    readonly timeoutMs: number
  }): Promise<NamespaceList>
  /**
   * Ends where the server ends it or the signal; throws a NamespacesError where it broke, `gone` among them:
   * the version is older than what the server remembers, and a new list is needed.
   */
  watch(options: {
    readonly labels: LabelSelector
    readonly resourceVersion: string
    readonly signal: AbortSignal
  }): AsyncIterable<NamespaceEvent>
  /** Refused with `already-exists` as long as one of that name is there, Terminating included. */
  create(
    namespace: Pick<Namespace, 'name' | 'labels'>,
    options: { readonly timeoutMs: number },
  ): Promise<void>
  /** Makes exactly this one Terminating; harmless where it is already, or is gone. */
  delete(
    namespace: Pick<Namespace, 'name' | 'uid'>,
    options: { readonly timeoutMs: number },
  ): Promise<void>
  close(): Promise<void>
}

/** `refused` is whatever else the server says no to: rights, names, its own faults. */
export type NamespacesFailure =
  | 'already-exists'
  | 'not-found'
  | 'conflict'
  | 'gone'
  | 'refused'
  | 'timeout'
  | 'unreachable'
  | 'malformed'

export class NamespacesError extends Error {
  readonly code: NamespacesFailure
  constructor(code: NamespacesFailure, message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'NamespacesError'
    this.code = code
  }
}
