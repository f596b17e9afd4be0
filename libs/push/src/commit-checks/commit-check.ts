import type { AppGeneration, Endpoints, RefUpdate } from '@keyrace/contracts'
import {
  type ControllerClient,
  ControllerUnavailable,
  type Result,
} from '@keyrace/controller-client'
import type { Clock } from '@keyrace/environment'

/** A push whose pack has arrived and whose refs have not moved. */
export interface Candidate extends AppGeneration {
  readonly pushId: string
  readonly user: string
  readonly fingerprint: string
  readonly updates: readonly RefUpdate[]
}

export type CommitAnswer =
  /** `revision`: what the controller's check rests on; null where nothing was asked. */
  | { readonly kind: 'allowed'; readonly revision: number | null }
  | { readonly kind: 'denied'; readonly code: string; readonly revision: number | null }
  /** Another replica has moved a ref meanwhile, and this one's repository does not have it. */
  | { readonly kind: 'behind'; readonly revision: number | null }
  | { readonly kind: 'unknown'; readonly reason: string }

/** The second moment of decision: what is asked around the ref update, and what an acknowledgement means. */
export interface CommitCheck {
  /** Before any ref moves. */
  before(candidate: Candidate): Promise<CommitAnswer>
  /** After the refs were seen to have moved, or not. False: the controller could not be told. */
  after(candidate: Candidate, moved: boolean): Promise<boolean>
  /** Of an accepted push, once its client has the answer: what nobody waits for but the end of the builder. */
  afterwards?(candidate: Candidate): Promise<void>
}

export interface CommitCheckDeps {
  readonly clock: Clock
  readonly controller: ControllerClient
  readonly replica: string
  /** How long the controller may take for one call. */
  readonly timeoutMs: number
  /** This replica's are its own, so that a push has to go on where the last release left off. */
  readonly ownRepositories: boolean
}

type Publish = 'publish' | 'historicBuild'

/** What the controller's answer to a publish, or its silence, means for the commit. */
export async function commitAnswer(
  publishing: Promise<Result<Endpoints[Publish]>>,
): Promise<CommitAnswer> {
  try {
    const answer = await publishing
    const revision = answer.stamp?.revision ?? null
    if (answer.ok) return { kind: 'allowed', revision }
    if (answer.code === 'ref-moved') return { kind: 'behind', revision }
    return { kind: 'denied', code: answer.code, revision }
  } catch (error) {
    if (error instanceof ControllerUnavailable) return { kind: 'unknown', reason: error.code }
    throw error
  }
}

/** Publishes by name, as Deis did: app and permission are checked, key and generation are not. */
export function publishByName({ controller, timeoutMs }: CommitCheckDeps, candidate: Candidate) {
  const { app, user, updates } = candidate
  return controller.call(
    'historicBuild',
    {
      body: {
        sha: updates[0]?.new ?? '',
        receive_user: user,
        receive_repo: app,
        image: `${app}:git-${updates[0]?.new.slice(0, 8)}`,
      },
    },
    { timeoutMs, purpose: 'publish' },
  )
}
