import type { ReaperPlan } from '@keyrace/contracts'
import type { ControllerClient } from '@keyrace/controller-client'
import type { Namespaces } from '@keyrace/environment'
import { type AskWhatIsGone, askForList, askPerApp } from '@keyrace/push'
import { askKubernetes } from './ask-kubernetes.ts'

export interface SourceDeps {
  readonly controller: ControllerClient
  readonly timeoutMs: number
  /** For the source of that name. */
  readonly namespaces?: Namespaces | undefined
}

export type SourceName = ReaperPlan['source']

/**
 * Where a reaper learns what is gone: a request per app that has a repository, one list of all names, or one of
 * the namespaces and a request per app that has none.
 */
export const sources: Readonly<Record<SourceName, (deps: SourceDeps) => AskWhatIsGone>> = {
  app: askPerApp,
  list: askForList,
  kubernetes({ namespaces, ...deps }) {
    if (namespaces === undefined)
      throw new TypeError('there is no cluster for the source kubernetes')
    return askKubernetes({ ...deps, namespaces })
  },
}
