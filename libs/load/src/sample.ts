import type { PushEvidence, PushPhase, Sample } from '@keyrace/contracts'
import type { PushAttempt, PushConnection } from './push-client.ts'

export interface TimedPush {
  readonly connection: Pick<PushConnection, 'stamps'>
  /** The connection was opened for this push, so that its phases are part of the push. */
  readonly fresh: boolean
  readonly attempt: PushAttempt
  /** What the builder wrote down about it, where it was found. */
  readonly evidence: PushEvidence | undefined
  /** On the client's clock. */
  readonly intendedAt: number
  /** On the client's clock: the zero of the sample's times. */
  readonly runStartedAt: number
}

export type SampleLabels = Pick<
  Sample,
  'op' | 'arm' | 'replica' | 'phase' | 'block' | 'serviceTimeMs' | 'app'
>

/** One row of samples.ndjson.gz. A phase that the push did not come to, or did not have, is null. */
export function sampleOf(labels: SampleLabels, push: TimedPush): Sample {
  const { op, arm, replica, phase, block, serviceTimeMs, app } = labels
  const { attempt, connection, fresh, intendedAt, runStartedAt } = push
  const startedAt = fresh ? connection.stamps.startedAt : attempt.stamps.execAt
  return {
    op,
    arm,
    replica,
    phase,
    block,
    serviceTimeMs,
    fresh,
    app,
    outcome: attempt.outcome,
    intendedAt: intendedAt - runStartedAt,
    startedAt: startedAt - runStartedAt,
    doneAt: attempt.stamps.doneAt - runStartedAt,
    phases: { ...connectionPhases(push), ...pushPhases(push) },
  }
}

type Phases<P extends PushPhase> = Pick<Sample['phases'], P>

function connectionPhases({
  connection: { stamps },
  fresh,
}: TimedPush): Phases<'connect' | 'keyExchange' | 'authenticate'> {
  if (!fresh) return { connect: null, keyExchange: null, authenticate: null }
  return {
    connect: stamps.connectedAt - stamps.startedAt,
    keyExchange: stamps.keyExchangedAt - stamps.connectedAt,
    authenticate: stamps.authenticatedAt - stamps.keyExchangedAt,
  }
}

/**
 * `authorize` and `publish` are the builder's to tell; `receive` is the rest of the way from the exec request
 * to git's report: waiting for the lock, git's processes, the pack.
 */
function pushPhases({
  attempt: { stamps },
  evidence,
}: TimedPush): Phases<'authorize' | 'receive' | 'publish' | 'finish'> {
  const authorize = decisionTime(evidence?.admission)
  const publish = decisionTime(evidence?.commit)
  const whole = interval(stamps.execAt, stamps.reportedAt)
  return {
    authorize,
    receive: whole === null ? null : whole - (authorize ?? 0) - (publish ?? 0),
    publish,
    finish: interval(stamps.reportedAt, stamps.doneAt),
  }
}

function decisionTime(
  decision: { readonly askedAt: number; readonly decidedAt: number } | null | undefined,
): number | null {
  return decision ? decision.decidedAt - decision.askedAt : null
}

function interval(from: number | null, to: number | null): number | null {
  return from === null || to === null ? null : to - from
}
