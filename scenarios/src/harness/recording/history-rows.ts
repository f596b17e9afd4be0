import { blankEvent, type HistoryEvent, type PushEvidence } from '@keyrace/contracts'
import type { PushAttempt } from '@keyrace/load'
import type { PushRecord } from './push-record.ts'

/** A row of the history before it has its place in it. */
export type Row = Omit<HistoryEvent, 'idx'>

type Named = Pick<Row, 't' | 'proc' | 'type' | 'f' | 'op'> & Partial<Row>

/** A row says null where it has nothing to say. */
export function row(given: Named): Row {
  return { ...blankEvent, ...given }
}

/** A push is up to three operations under one name: itself, its admission and its commit. */
export function pushRows(
  push: PushRecord,
  evidence: PushEvidence | undefined,
  origin: number,
): Row[] {
  const { op, arm, replica, app, key, attempt, connection } = push
  const proc = `${arm}/${replica}/${connection.name}`
  const common = {
    op,
    arm,
    replica,
    proc,
    app,
    user: key.user,
    key: key.fingerprint,
    generation: evidence?.generation ?? null,
    ref: push.ref,
  }
  const at = (stamp: number) => stamp - origin
  const { execAt, advertisedAt, doneAt } = attempt.stamps
  const update = { old: attempt.update?.old ?? null, new: attempt.update?.new ?? null }
  const admission = {
    f: 'admission',
    authRevision: evidence?.admission?.revision ?? null,
    source: evidence?.admission?.source ?? null,
    copyAgeMs: evidence?.admission?.copyAgeMs ?? null,
  } as const
  const end = typeOf(attempt)
  const reason = reasonOf(attempt)
  return [
    row({ ...common, t: at(execAt), type: 'invoke', f: 'push' }),
    row({ ...common, t: at(execAt), type: 'invoke', f: 'admission' }),
    advertisedAt === null
      ? row({ ...common, ...admission, t: at(doneAt), type: end, reason })
      : row({ ...common, ...admission, t: at(advertisedAt), type: 'ok' }),
    ...advertisedRows(common, attempt, origin),
    ...commitRows(common, evidence, origin),
    row({ ...common, ...update, t: at(doneAt), type: end, f: 'push', reason }),
  ]
}

function advertisedRows(common: Partial<Row>, { advertised, stamps }: PushAttempt, origin: number) {
  // Git read them between the exec request and the advertisement: as of the earlier moment, to be sound.
  const t = stamps.execAt - origin
  const op = `${common.op}/advertised`
  return [...(advertised ?? [])].map(([ref, sha]) =>
    row({ ...(common as Named), t, op, type: 'ok', f: 'readRefs', ref, new: sha }),
  )
}

function commitRows(common: Partial<Row>, evidence: PushEvidence | undefined, origin: number) {
  const commit = evidence?.commit
  if (!commit) return []
  // All updates of a push commit together: the first stands for them.
  const { ref = null, old = null, new: sha = null } = commit.updates[0] ?? {}
  const committed = { ...(common as Named), f: 'commit', ref, old, new: sha } as const
  const completedAt = commit.durableAt ?? commit.decidedAt
  const type = commit.allowed ? (commit.durableAt === null ? 'fail' : 'ok') : 'denied'
  return [
    row({ ...committed, t: commit.askedAt - origin, type: 'invoke' }),
    row({ ...committed, t: completedAt - origin, type, authRevision: commit.revision }),
  ]
}

/** `denied` is a decision against the pusher; what could not be decided, or git refused, is `fail`. */
function typeOf({ outcome, reason }: PushAttempt): 'ok' | 'denied' | 'fail' | 'info' {
  switch (outcome) {
    case 'noop':
      return 'ok'
    case 'ok':
    case 'denied':
    case 'info':
      return outcome
    case 'unavailable':
    case 'busy':
      return 'fail'
    case 'rejected':
      return reason?.startsWith('denied') ? 'denied' : 'fail'
  }
}

function reasonOf({ outcome, reason }: PushAttempt): string | null {
  if (outcome === 'ok' || outcome === 'noop') return null
  return outcome === 'rejected' ? reason : `${outcome}: ${reason ?? 'no reason was given'}`
}
