import type { RemovalEvidence } from '@keyrace/contracts'
import type { Clock, Ids, RepositoryRoot, Trace } from '@keyrace/environment'
import { type AskWhatIsGone, type Gone, parseRepositoryName } from '@keyrace/push'
import type { News } from './news.ts'

export interface ListFirstSweepDeps {
  /** Whose name stands in the evidence. */
  readonly remover: string
  readonly clock: Clock
  readonly ids: Ids
  readonly root: RepositoryRoot
  /** One list of all names, whatever it is asked about. */
  readonly ask: AskWhatIsGone
  readonly trace: Trace<RemovalEvidence>
  readonly tell: (news: News) => void
  readonly signal: AbortSignal
}

/**
 * The quirk `list-first`, for comparison: asks which apps stand, looks at the disk after that, and removes
 * whatever belongs to none of them, under no lock. An app that came to be in between loses its repository.
 */
export function createListFirstSweep(deps: ListFirstSweepDeps): () => Promise<void> {
  const { remover, clock, ids, root, ask, trace, tell, signal } = deps

  return async function sweep() {
    for await (const { stamp, latest } of ask([])) {
      for (const { name, isFolder } of await root.list()) {
        const app = isFolder ? appOf(name) : undefined
        if (app === undefined || latest.get(app)?.stands || signal.aborted) continue
        const known = parseRepositoryName(name) ?? latest.get(app)
        await remove(name, { ...stamp, app, generation: known?.generation ?? 1 })
      }
    }
  }

  async function remove(name: string, repository: Gone): Promise<void> {
    const { app, generation, epoch, revision } = repository
    const report = {
      ...{ removalId: ids.next('removal'), remover, app, generation, epoch, revision },
      ...{ begunAt: clock.now(), durableAt: null, refs: Object.fromEntries(await root.refs(name)) },
    }
    trace.emit(report)
    await root.remove(name)
    trace.emit({ ...report, durableAt: clock.now() })
    tell({ kind: 'removed', repository })
  }
}

/** Of `myapp.2.git`, and of `myapp.git` where generations have no repositories of their own. */
function appOf(name: string): string | undefined {
  return /^([^.]+)(?:\.\d+)?\.git$/.exec(name)?.[1]
}
