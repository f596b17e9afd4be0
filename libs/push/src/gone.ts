import { type AppGeneration, isGone, type LatestGeneration, type Stamp } from '@keyrace/contracts'
import { type ControllerClient, ControllerUnavailable } from '@keyrace/controller-client'

/** A generation that the controller said is gone, and as of when. */
export interface Gone extends AppGeneration {
  readonly epoch: string
  readonly revision: number
}

/** What the controller said of some names at one moment. A name that is not among them is not known to it. */
export interface Word {
  readonly stamp: Stamp
  readonly latest: ReadonlyMap<string, LatestGeneration>
}

/** Asks about repositories that were listed before, all at once or one by one. */
export type AskWhatIsGone = (repositories: readonly AppGeneration[]) => AsyncIterable<Word>

interface AskDeps {
  readonly controller: ControllerClient
  readonly timeoutMs: number
}

/** One request a name. Throws a ControllerUnavailable. */
export function askPerApp({ controller, timeoutMs }: AskDeps): AskWhatIsGone {
  return async function* ask(repositories) {
    for (const app of new Set(repositories.map(({ app }) => app))) {
      const answer = await controller.call(
        'latestGeneration',
        { params: { app } },
        { timeoutMs, purpose: 'background' },
      )
      const latest = answer.ok ? [answer.body] : []
      yield wordOf(answer.stamp, latest)
    }
  }
}

/** One request for all. Throws a ControllerUnavailable, also where the list is empty. */
export function askForList({ controller, timeoutMs }: AskDeps): AskWhatIsGone {
  return async function* ask() {
    const options = { timeoutMs, purpose: 'background' } as const
    const answer = await controller.call('latestGenerations', {}, options)
    const latest = answer.ok ? answer.body.generations : []
    // There are repositories, and a controller never forgets a name: it has lost its memory.
    if (latest.length === 0) throw new ControllerUnavailable('malformed', 'it lists no app at all')
    yield wordOf(answer.stamp, latest)
  }
}

function wordOf(stamp: Stamp | undefined, latest: readonly LatestGeneration[]): Word {
  if (stamp === undefined) throw new ControllerUnavailable('malformed', 'the answer has no stamp')
  return { stamp, latest: new Map(latest.map((one) => [one.app, one])) }
}

/** Those of which the word is explicit that they are gone. */
export function goneAmong(
  repositories: readonly AppGeneration[],
  { stamp: { epoch, revision }, latest }: Word,
): readonly Gone[] {
  return repositories.flatMap((repository) => {
    const known = latest.get(repository.app)
    return known !== undefined && isGone(repository, known)
      ? [{ ...repository, epoch, revision }]
      : []
  })
}
