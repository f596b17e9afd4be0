import { type AppGeneration, appLabels, appOf, ourLabels } from '@keyrace/contracts'
import { type Namespaces, NamespacesError } from '@keyrace/environment'
import type { Follower } from '../domain/followers.ts'
import { type Store, StoreError } from '../store/store.ts'
import { createMirror, type MirrorDeps } from './mirror.ts'

const deadline = { timeoutMs: 5_000 }

/**
 * A namespace for each app, of the same name. An app that is created again waits until the namespace of the one
 * before is gone. Namespaces without our labels are left alone, whatever they are called.
 */
export function createKubernetesMirror(
  deps: MirrorDeps & { readonly store: Store; readonly namespaces: Namespaces },
): Follower {
  const { store, feed, namespaces } = deps
  return createMirror(
    {
      name: 'kubernetes',
      async survey() {
        const list = await namespaces.list({ labels: ourLabels, ...deadline })
        const { apps, position } = await feed.names()
        const there = list.namespaces.map(({ name }) => name)
        return { position, entries: new Set([...there, ...apps]) }
      },
      entryOf: (change) =>
        change.kind === 'createApp' || change.kind === 'deleteApp' ? change.app : undefined,
      settle,
      isFailure: (error) => error instanceof NamespacesError || error instanceof StoreError,
      close: () => namespaces.close(),
    },
    deps,
  )

  async function settle(app: string): Promise<boolean> {
    const { latest } = await store.latestGeneration(app)
    const generation = latest?.stands ? latest.generation : undefined
    const list = await namespaces.list({ labels: { ...ourLabels, app }, ...deadline })
    const there = list.namespaces.find(({ name }) => name === app)
    if (there === undefined) {
      return generation === undefined || (await create({ app, generation }))
    }
    const isCurrent = appOf(there.labels)?.generation === generation
    if (there.phase === 'Active' && !isCurrent) await namespaces.delete(there, deadline)
    return generation === undefined || (there.phase === 'Active' && isCurrent)
  }

  /** False where somebody else has a namespace of that name. */
  async function create(app: AppGeneration): Promise<boolean> {
    try {
      await namespaces.create({ name: app.app, labels: appLabels(app) }, deadline)
      return true
    } catch (error) {
      if (error instanceof NamespacesError && error.code === 'already-exists') return false
      throw error
    }
  }
}
