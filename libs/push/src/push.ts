import type { PushEvidence, PushOutcome, RefUpdate } from '@keyrace/contracts'
import { type Clock, type Ids, StorageError, type Trace } from '@keyrace/environment'
import type { Decision, KeyLookup } from '@keyrace/key-lookup'
import type { Candidate, CommitAnswer, CommitCheck } from './commit-checks/commit-check.ts'
import type { Identity } from './connection.ts'
import { parseGitCommand } from './git-command.ts'
import type { HeldLock, Locks } from './locks/lock.ts'
import { messages } from './messages.ts'
import type { CommitVerdict, PushChannel, Receipt, Repositories } from './repositories.ts'

/** One exec request on an authenticated connection. */
export interface PushRequest<Channel extends PushChannel> {
  readonly command: string
  readonly channel: Channel
  readonly identity: Identity
  /** The client's end of the connection, and the ordinal of this request on it, from 1. */
  readonly connection: string
  readonly exec: number
}

export interface PushPipelineDeps<Channel extends PushChannel> {
  readonly replica: string
  readonly clock: Clock
  readonly ids: Ids
  readonly lookup: Pick<KeyLookup, 'authorize'>
  readonly locks: Locks
  readonly repositories: Repositories<Channel>
  readonly commitCheck: CommitCheck
  readonly trace: Trace<PushEvidence>
}

export interface PushPipeline<Channel extends PushChannel> {
  /** Takes a push from its exec request to its end, which it gives to the channel and to the trace. */
  push(request: PushRequest<Channel>): Promise<PushOutcome>
}

interface End {
  readonly outcome: PushOutcome
  readonly reason?: string
}

/**
 * What happens to one push: parse, authorize, lock, receive, check again before the ref moves, settle.
 * Nothing is created on disk before a decision names the generation.
 */
export function createPushPipeline<Channel extends PushChannel>(
  deps: PushPipelineDeps<Channel>,
): PushPipeline<Channel> {
  return {
    async push(request) {
      const report = reportOn(request, deps)
      const end = await run(deps, request, report).catch((error: unknown) => {
        request.channel.finish(1)
        throw error
      })
      deps.trace.emit({ ...report, outcome: end.outcome, reason: end.reason ?? null })
      return end.outcome
    },
  }
}

type Report = { -readonly [K in keyof PushEvidence]: PushEvidence[K] }

function reportOn<C extends PushChannel>(
  { identity, connection, exec }: PushRequest<C>,
  { ids, replica }: PushPipelineDeps<C>,
): Report {
  return {
    pushId: ids.next('push'),
    replica,
    connection,
    exec,
    app: null,
    generation: null,
    user: identity.user ?? null,
    fingerprint: identity.key.fingerprint,
    outcome: 'indeterminate',
    reason: null,
    admission: null,
    commit: null,
    identifyMs: identity.identifyMs,
    receivedBytes: 0,
  }
}

async function run<C extends PushChannel>(
  deps: PushPipelineDeps<C>,
  request: PushRequest<C>,
  report: Report,
): Promise<End> {
  const { channel, identity } = request
  const command = parseGitCommand(request.command)
  if (command.kind === 'refused') return refuse(channel, 'denied', command.code, command.message)
  report.app = command.app
  if (identity.user === undefined) {
    const reason = identity.reason ?? 'no-identity'
    return refuse(channel, 'unavailable', reason, messages.unavailable(reason))
  }

  const decision = await admit(deps, command.app, { ...identity, user: identity.user }, report)
  if (decision.kind === 'denied') {
    const message = messages.denied(decision.code, command.app, identity.user)
    return refuse(channel, 'denied', decision.code, message)
  }
  if (decision.kind === 'unknown') {
    return refuse(channel, 'unavailable', decision.reason, messages.unavailable(decision.reason))
  }
  report.generation = decision.generation
  const candidate = {
    pushId: report.pushId,
    app: command.app,
    generation: decision.generation,
    user: identity.user,
    fingerprint: identity.key.fingerprint,
  }
  try {
    return await receiveUnderLock(deps, channel, candidate, report)
  } catch (error) {
    if (!(error instanceof StorageError)) throw error
    return refuse(channel, 'unavailable', error.code, messages.storage(error.code))
  }
}

function refuse(channel: PushChannel, outcome: PushOutcome, reason: string, message: string): End {
  channel.refuse(`${outcome}: ${message}`)
  return { outcome, reason }
}

/** The first moment of decision. */
async function admit<C extends PushChannel>(
  { clock, lookup }: PushPipelineDeps<C>,
  app: string,
  { user, key }: Identity & { readonly user: string },
  report: Report,
): Promise<Decision> {
  const askedAt = clock.now()
  const decision = await lookup.authorize({ app, user, key })
  if (decision.kind !== 'unknown') {
    const { source, epoch, revision, copyAgeMs } = decision
    const allowed = decision.kind === 'allowed'
    report.admission = {
      askedAt,
      decidedAt: clock.now(),
      allowed,
      source,
      epoch,
      revision,
      copyAgeMs,
    }
  }
  return decision
}

type Admitted = Omit<Candidate, 'updates'>

async function receiveUnderLock<C extends PushChannel>(
  deps: PushPipelineDeps<C>,
  channel: C,
  admitted: Admitted,
  report: Report,
): Promise<End> {
  const acquired = await deps.locks.acquire(admitted, `${deps.replica}, ${admitted.user}`)
  if (acquired.kind === 'busy') {
    const { holder, ageMs } = acquired
    return refuse(channel, 'busy', 'busy', messages.busy(admitted.app, holder, ageMs))
  }
  try {
    return await receive(deps, channel, admitted, acquired.lock, report)
  } finally {
    await acquired.lock.release()
  }
}

async function receive<C extends PushChannel>(
  deps: PushPipelineDeps<C>,
  channel: C,
  admitted: Admitted,
  lock: HeldLock,
  report: Report,
): Promise<End> {
  let answer: CommitAnswer | undefined
  const receipt = await deps.repositories.receive(admitted, channel, {
    attached: (worker) => lock.attach(worker),
    async decide(updates) {
      answer = await checkCommit(deps, { ...admitted, updates }, lock, report)
      return verdictOf(answer, admitted.app)
    },
  })
  report.receivedBytes = receipt.receivedBytes
  const end = await conclude(deps, admitted, receipt, answer, report)
  channel.finish(end.outcome === 'accepted' || end.outcome === 'noop' ? 0 : 1)
  return end
}

/** The second moment of decision, before any ref moves. */
async function checkCommit<C extends PushChannel>(
  { clock, commitCheck }: PushPipelineDeps<C>,
  candidate: Candidate,
  lock: HeldLock,
  report: Report,
): Promise<CommitAnswer> {
  if (!(await lock.isHeld())) return { kind: 'unknown', reason: 'lock-lost' }
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
  return answer
}

function verdictOf(answer: CommitAnswer, app: string): CommitVerdict {
  switch (answer.kind) {
    case 'allowed':
      return { allowed: true }
    case 'denied':
      return { allowed: false, message: `denied: ${messages.refusedAtCommit(answer.code, app)}` }
    case 'unknown': {
      const lost = answer.reason === 'lock-lost'
      return {
        allowed: false,
        message: `unavailable: ${lost ? messages.lockLost : messages.unavailable(answer.reason)}`,
      }
    }
  }
}

/** What the push came to, told to the controller where the commit check wants it. */
async function conclude<C extends PushChannel>(
  { commitCheck }: PushPipelineDeps<C>,
  admitted: Admitted,
  receipt: Receipt,
  answer: CommitAnswer | undefined,
  report: Report,
): Promise<End> {
  if (receipt.kind === 'nothing-asked' || answer === undefined) return { outcome: 'noop' }
  if (answer.kind === 'denied') return { outcome: 'rejectedAtCommit', reason: answer.code }
  if (answer.kind === 'unknown') return { outcome: 'unavailable', reason: answer.reason }
  if (receipt.moved && report.commit !== null) report.commit.durableAt = receipt.durableAt
  const settled = await commitCheck.after({ ...admitted, updates: receipt.updates }, receipt.moved)
  if (!settled) return { outcome: 'indeterminate', reason: 'release-not-settled' }
  return receipt.moved ? { outcome: 'accepted' } : { outcome: 'rejected', reason: 'git-refused' }
}
