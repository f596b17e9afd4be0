import type { PushEvidence, PushOutcome, RefUpdate } from '@keyrace/contracts'
import { type Clock, type Points, StorageError } from '@keyrace/environment'
import type { CheckCoherence } from './coherence.ts'
import type { Candidate, CommitAnswer, CommitCheck } from './commit-checks/commit-check.ts'
import type { HeldLock, Locks } from './locks/lock.ts'
import { messages } from './messages.ts'
import type { CommitVerdict, PushChannel, Receipt, Repositories } from './repositories.ts'
import { faultOf } from './update-fault.ts'

/** How a push ended, and what the client has yet to be told; by default git has told it. */
export interface End {
  readonly outcome: PushOutcome
  readonly reason?: string
  readonly message?: string
  /** To be done when the client has its answer. */
  readonly afterwards?: () => Promise<void>
}

/** The evidence of a push while it runs. */
export type Report = { -readonly [K in keyof PushEvidence]: PushEvidence[K] }

export interface ReceiveDeps<Channel extends PushChannel> {
  readonly replica: string
  readonly clock: Clock
  readonly locks: Locks
  readonly repositories: Repositories<Channel>
  readonly commitCheck: CommitCheck
  /** Before the refs are shown; left out where all replicas share their repositories. */
  readonly checkCoherence?: CheckCoherence | undefined
  readonly points?: Points | undefined
}

type AdmittedPush = Omit<Candidate, 'updates'>

/**
 * The part of an admitted push that nobody else may disturb. Rejects with a StorageError where disk or git
 * failed and nothing was changed.
 */
export async function receiveUnderLock<C extends PushChannel>(
  deps: ReceiveDeps<C>,
  channel: C,
  push: AdmittedPush,
  report: Report,
): Promise<End> {
  const acquired = await deps.locks.acquire(push, `${deps.replica}, ${push.user}`)
  if (acquired.kind === 'busy') {
    const message = messages.busy(push.app, acquired.holder, acquired.ageMs)
    return { outcome: 'busy', reason: 'busy', message }
  }
  try {
    const held = deps.points?.('push/after-lock')
    if (held) await held
    const incoherent = await endOfIncoherent(deps, push)
    return incoherent ?? (await receive(deps, channel, push, acquired.lock, report))
  } finally {
    await acquired.lock.release()
  }
}

/** A push that cannot go on, since what it would be shown is not how things are, or might not be. */
async function endOfIncoherent<C extends PushChannel>(
  { checkCoherence }: ReceiveDeps<C>,
  push: AdmittedPush,
): Promise<End | undefined> {
  const coherence = await checkCoherence?.(push)
  switch (coherence?.kind) {
    case 'behind':
      return { outcome: 'unavailable', reason: 'behind', message: messages.behind(push.app) }
    case 'unknown': {
      const { reason } = coherence
      return { outcome: 'unavailable', reason, message: messages.unavailable(reason) }
    }
    default:
      return undefined
  }
}

async function receive<C extends PushChannel>(
  deps: ReceiveDeps<C>,
  channel: C,
  push: AdmittedPush,
  lock: HeldLock,
  report: Report,
): Promise<End> {
  let commit: Commit | undefined
  try {
    const receipt = await deps.repositories.receive(push, channel, {
      attached: (worker) => lock.attach(worker),
      async decide(updates) {
        const fault = faultOf(updates)
        if (fault !== undefined) return { allowed: false, message: `denied: ${fault}` }
        const candidate = { ...push, updates }
        commit = { candidate, answer: await checkCommit(deps, candidate, lock, report) }
        return verdictOf(commit.answer, push.app)
      },
    })
    report.receivedBytes = receipt.receivedBytes
    const held = deps.points?.('push/after-receive')
    if (held) await held
    return commit === undefined ? undecided(receipt) : await conclude(deps, receipt, commit, report)
  } catch (error) {
    // The refs may have moved: whoever settles this release finds out.
    if (error instanceof StorageError && commit?.answer.kind === 'allowed') {
      return indeterminate(error.code)
    }
    throw error
  }
}

interface Commit {
  readonly candidate: Candidate
  readonly answer: CommitAnswer
}

/** The second moment of decision, before any ref moves. */
async function checkCommit<C extends PushChannel>(
  { clock, commitCheck, points }: ReceiveDeps<C>,
  candidate: Candidate,
  lock: HeldLock,
  report: Report,
): Promise<CommitAnswer> {
  if (!(await lock.isHeld())) return { kind: 'unknown', reason: lockLost }
  const heldBefore = points?.('push/before-commit-check')
  if (heldBefore) await heldBefore
  const askedAt = clock.now()
  const answer = await commitCheck.before(candidate)
  report.commit = {
    askedAt,
    decidedAt: clock.now(),
    allowed: answer.kind === 'allowed',
    revision: answer.kind === 'unknown' ? null : answer.revision,
    durableAt: null,
    updates: [...candidate.updates] as RefUpdate[],
  }
  // The controller may have taken seconds, and whoever has the lock by now must not be disturbed.
  const isLost = answer.kind === 'allowed' && !(await lock.isHeld())
  const heldAfter = points?.('push/after-commit-check')
  if (heldAfter) await heldAfter
  return isLost ? { kind: 'unknown', reason: lockLost } : answer
}

const lockLost = 'lock-lost'

function verdictOf(answer: CommitAnswer, app: string): CommitVerdict {
  switch (answer.kind) {
    case 'allowed':
      return { allowed: true }
    case 'denied':
      return { allowed: false, message: `denied: ${messages.refusedAtCommit(answer.code, app)}` }
    case 'behind':
      return { allowed: false, message: `unavailable: ${messages.behind(app)}` }
    case 'unknown': {
      const { reason } = answer
      const message = reason === lockLost ? messages.lockLost : messages.unavailable(reason)
      return { allowed: false, message: `unavailable: ${message}` }
    }
  }
}

function undecided(receipt: Receipt): End {
  return receipt.kind === 'nothing-asked'
    ? { outcome: 'noop' }
    : { outcome: 'rejected', reason: gitRefused }
}

const gitRefused = 'git-refused'

/** What the push came to, told to the controller where the commit check wants it. */
async function conclude<C extends PushChannel>(
  { commitCheck }: ReceiveDeps<C>,
  receipt: Receipt,
  { candidate, answer }: Commit,
  report: Report,
): Promise<End> {
  if (answer.kind === 'denied') return { outcome: 'rejectedAtCommit', reason: answer.code }
  if (answer.kind === 'behind') return { outcome: 'unavailable', reason: 'behind' }
  if (answer.kind === 'unknown') return { outcome: 'unavailable', reason: answer.reason }
  const moved = receipt.kind === 'received' && receipt.moved
  if (moved && report.commit !== null) report.commit.durableAt = receipt.durableAt
  if (!(await commitCheck.after(candidate, moved))) return indeterminate('release-not-settled')
  if (!moved) return { outcome: 'rejected', reason: gitRefused }
  return { outcome: 'accepted', afterwards: async () => commitCheck.afterwards?.(candidate) }
}

/** Nobody knows how the push ended, or nobody could be told. */
export function indeterminate(reason: string): End {
  return { outcome: 'indeterminate', reason, message: messages.indeterminate(reason) }
}
