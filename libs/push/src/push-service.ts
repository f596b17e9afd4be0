import type { CommitCheck as CommitCheckName, PushEvidence } from '@keyrace/contracts'
import type { ControllerClient } from '@keyrace/controller-client'
import { type Cancel, within } from '@keyrace/environment'
import { createCoherenceCheck } from './coherence.ts'
import { commitChecks } from './commit-checks/index.ts'
import type { NoticedRemovals } from './noticed-removals.ts'
import { createPushPipeline, type PushPipelineDeps, type PushRequest } from './push.ts'
import type { PushChannel } from './repositories.ts'
import { createSettler } from './settle.ts'

export interface PushServiceDeps<Channel extends PushChannel>
  extends Omit<PushPipelineDeps<Channel>, 'commitCheck' | 'checkCoherence'> {
  readonly controller: ControllerClient
  readonly commitCheck: CommitCheckName
  /** Where the repositories are this replica's alone: how to look at their refs. */
  readonly ownRepositories?: OwnRepositories | undefined
  /** Told of each app that a push found gone. */
  readonly removals: NoticedRemovals
}

export type OwnRepositories = Pick<Parameters<typeof createCoherenceCheck>[0], 'root' | 'nameOf'>

/** A builder behind its wire: takes pushes, settles what they leave pending, removes what they find gone. */
export interface PushService<Channel extends PushChannel> {
  start(): void
  /** Rejects only where we are at fault. */
  push(request: PushRequest<Channel>): Promise<PushEvidence>
  /** How many run. */
  running(): number
  /** Resolves when those that run have ended. */
  ended(): Promise<void>
  close(): Promise<void>
}

/** How long the controller may take for a publish, and for being told how it ended. */
const publishTimeoutMs = 5_000
const pauseBetweenSettlesMs = 1_000
/** A publish for which nobody waits any more may still come through, and leave a release pending. */
const lookForPendingEveryMs = 5_000
/** Whatever is not settled or removed by then is after the next start. */
const lastBackgroundMs = 1_000

export function createPushService<C extends PushChannel>(deps: PushServiceDeps<C>): PushService<C> {
  const { clock, controller, replica, locks, repositories, ownRepositories } = deps
  const { points } = deps
  const toController = { clock, controller, replica, points, timeoutMs: publishTimeoutMs }
  const isFenced = deps.commitCheck === 'full' && ownRepositories !== undefined
  const pipeline = createPushPipeline({
    ...deps,
    commitCheck: commitChecks[deps.commitCheck]({ ...toController, ownRepositories: isFenced }),
    checkCoherence: isFenced
      ? createCoherenceCheck({ ...toController, ...ownRepositories })
      : undefined,
  })
  const settler = createSettler({
    ...toController,
    locks,
    repositories,
    pauseMs: pauseBetweenSettlesMs,
  })
  const pushes = new Set<Promise<PushEvidence>>()
  let stopLooking: Cancel = () => {}

  return {
    start: lookForPending,
    async push(request) {
      const push = serve(request)
      pushes.add(push)
      try {
        return await push
      } finally {
        pushes.delete(push)
      }
    },
    running: () => pushes.size,
    async ended() {
      await Promise.allSettled(pushes)
    },
    async close() {
      stopLooking()
      await within(clock, lastBackgroundMs, Promise.all([settler.close(), deps.removals.close()]))
    },
  }

  async function serve(request: PushRequest<C>): Promise<PushEvidence> {
    let evidence: PushEvidence | undefined
    try {
      evidence = await pipeline.push(request)
      if (evidence.app !== null && isAboutGone(evidence)) deps.removals.notice(evidence.app)
      return evidence
    } finally {
      if (evidence === undefined || mayHaveLeftPending(evidence)) settle()
    }
  }

  // Only a full commit check leaves releases pending.
  function settle(): void {
    if (deps.commitCheck === 'full') settler.wake()
  }

  function lookForPending(): void {
    settle()
    stopLooking = clock.timer(lookForPendingEveryMs, lookForPending)
  }
}

/** A publish whose answer was lost may stand all the same. */
function mayHaveLeftPending({ outcome, commit }: PushEvidence): boolean {
  return outcome === 'indeterminate' || (outcome === 'unavailable' && commit !== null)
}

/** At either moment of decision, and by whichever strategy. */
function isAboutGone({ reason }: PushEvidence): boolean {
  return reason === 'app-not-found' || reason === 'generation-gone'
}
