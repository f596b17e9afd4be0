import type { PushEvidence, PushOutcome } from '@keyrace/contracts'
import { type Clock, type Ids, type Points, StorageError, type Trace } from '@keyrace/environment'
import type { Decision, KeyLookup } from '@keyrace/key-lookup'
import type { CheckCoherence } from './coherence.ts'
import type { CommitCheck } from './commit-checks/commit-check.ts'
import type { Identity } from './connection.ts'
import { type GitCommand, parseGitCommand } from './git-command.ts'
import type { Locks } from './locks/lock.ts'
import { messages } from './messages.ts'
import { type End, indeterminate, type Report, receiveUnderLock } from './receive.ts'
import type { PushChannel, Repositories } from './repositories.ts'

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
  readonly checkCoherence?: CheckCoherence | undefined
  readonly trace: Trace<PushEvidence>
  readonly points?: Points | undefined
}

export interface PushPipeline<Channel extends PushChannel> {
  /**
   * Takes a push from its exec request to its end. The client is told when the lock is free and the
   * evidence, which is also the answer, is with the trace. Rejects only where we are at fault.
   */
  push(request: PushRequest<Channel>): Promise<PushEvidence>
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
      // What a fault of our own leaves behind: nobody knows how the push ended.
      const fault = indeterminate('internal-error')
      let end = fault
      let told = fault
      try {
        end = await run(deps, request, report)
      } finally {
        report.outcome = end.outcome
        report.reason = end.reason ?? null
        const held = deps.points?.('push/before-acknowledge')
        if (held) await held
        try {
          deps.trace.emit(report)
          told = end
        } finally {
          // No push is acknowledged without evidence of it.
          tell(request.channel, told)
        }
      }
      await end.afterwards?.()
      return report
    },
  }
}

function reportOn<C extends PushChannel>(
  { identity, connection, exec }: PushRequest<C>,
  { clock, ids, replica }: PushPipelineDeps<C>,
): Report {
  return {
    pushId: ids.next('push'),
    replica,
    connection,
    exec,
    receivedAt: clock.now(),
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
  { command, channel, identity }: PushRequest<C>,
  report: Report,
): Promise<End> {
  const parsed = parseGitCommand(command)
  if (parsed.kind === 'refused') return refusedCommand(parsed)
  const { app } = parsed
  report.app = app
  const { user, key, appsThen } = identity
  if (user === undefined) return unavailable(identity.reason ?? 'no-identity')

  const decision = await admit(deps, { app, user, key, appsThen }, report)
  if (decision.kind === 'unknown') return unavailable(decision.reason)
  if (decision.kind === 'denied') {
    const { code } = decision
    return { outcome: 'denied', reason: code, message: messages.denied(code, app, user) }
  }
  const { generation } = decision
  report.generation = generation
  const held = deps.points?.('push/after-authorize')
  if (held) await held
  const push = { pushId: report.pushId, app, generation, user, fingerprint: key.fingerprint }
  try {
    return await receiveUnderLock(deps, channel, push, report)
  } catch (error) {
    if (!(error instanceof StorageError)) throw error
    return { outcome: 'unavailable', reason: error.code, message: messages.storage(error.code) }
  }
}

function refusedCommand({ code, message }: GitCommand & { kind: 'refused' }): End {
  return { outcome: 'denied', reason: code, message }
}

function unavailable(reason: string): End {
  return { outcome: 'unavailable', reason, message: messages.unavailable(reason) }
}

/** The first moment of decision. */
async function admit<C extends PushChannel>(
  { clock, lookup }: PushPipelineDeps<C>,
  request: Parameters<KeyLookup['authorize']>[0],
  report: Report,
): Promise<Decision> {
  const askedAt = clock.now()
  const decision = await lookup.authorize(request)
  if (decision.kind !== 'unknown') {
    const { kind, source, epoch, revision, copyAgeMs } = decision
    report.admission = {
      askedAt,
      decidedAt: clock.now(),
      allowed: kind === 'allowed',
      source,
      epoch,
      revision,
      copyAgeMs,
    }
  }
  return decision
}

/** Exit status 0 is what acknowledges a push. */
function tell(channel: PushChannel, { outcome, message }: End): void {
  if (message !== undefined) channel.refuse(`${outcome}: ${message}`)
  else channel.finish(acknowledged.includes(outcome) ? 0 : 1)
}

const acknowledged: readonly PushOutcome[] = ['accepted', 'noop']
