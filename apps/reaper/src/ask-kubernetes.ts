import { appOf, ourLabels } from '@keyrace/contracts'
import type { ControllerClient } from '@keyrace/controller-client'
import type { Namespaces } from '@keyrace/environment'
import { type AskWhatIsGone, askPerApp } from '@keyrace/push'

/**
 * One list of the namespaces with our labels. What has none, or one that is being ended, is only suspected: the
 * controller is asked about each, so a list that is empty or behind removes nothing. Throws a NamespacesError or
 * a ControllerUnavailable.
 */
export function askKubernetes(deps: {
  readonly controller: ControllerClient
  readonly namespaces: Namespaces
  readonly timeoutMs: number
}): AskWhatIsGone {
  const { namespaces, timeoutMs } = deps
  const confirm = askPerApp(deps)
  return async function* ask(repositories) {
    const list = await namespaces.list({ labels: ourLabels, timeoutMs })
    const standing = new Map(
      list.namespaces
        .filter(({ phase }) => phase === 'Active')
        .map(({ name, labels }) => [name, appOf(labels)?.generation]),
    )
    yield* confirm(repositories.filter(({ app, generation }) => standing.get(app) !== generation))
  }
}
