import type { AppGeneration } from '@keyrace/contracts'
import { type ControllerClient, ControllerUnavailable } from '@keyrace/controller-client'
import type { Points, RepositoryRoot } from '@keyrace/environment'

/** Does a repository stand where the releases of its app left it, whichever replica made them? */
export type Coherence =
  | { readonly kind: 'coherent' }
  | { readonly kind: 'behind' }
  /** The controller did not say. */
  | { readonly kind: 'unknown'; readonly reason: string }

export type CheckCoherence = (app: AppGeneration) => Promise<Coherence>

/**
 * For a replica with repositories of its own: who pushes through another one next is shown other refs, and
 * told that everything is up to date when it is not. Rejects with a StorageError.
 */
export function createCoherenceCheck(deps: {
  readonly controller: ControllerClient
  readonly root: RepositoryRoot
  readonly nameOf: (app: AppGeneration) => string
  readonly timeoutMs: number
  readonly points?: Points | undefined
}): CheckCoherence {
  return async (app) => {
    const released = await askForReleasedRefs(deps, app)
    if (typeof released === 'string') return { kind: 'unknown', reason: released }
    const held = deps.points?.('coherence/before-look')
    if (held) await held
    const refs = await deps.root.refs(deps.nameOf(app))
    const isThere = ([ref, sha]: readonly [string, string]) => refs.get(ref) === sha
    return Object.entries(released).every(isThere) ? { kind: 'coherent' } : { kind: 'behind' }
  }
}

/** Of no ref where the generation is gone: the publish will say so. */
async function askForReleasedRefs(
  { controller, timeoutMs }: Parameters<typeof createCoherenceCheck>[0],
  { app, generation }: AppGeneration,
) {
  try {
    const options = { timeoutMs, purpose: 'publish' } as const
    const answer = await controller.call('releasedRefs', { params: { app } }, options)
    return answer.ok && answer.stamp?.generation === generation ? answer.body.refs : {}
  } catch (error) {
    if (error instanceof ControllerUnavailable) return error.code
    throw error
  }
}
