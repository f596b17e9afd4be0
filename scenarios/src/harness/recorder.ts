import type {
  AppGeneration,
  HistoryEvent,
  Operation,
  PushEvidence,
  Sample,
} from '@keyrace/contracts'
import { ControllerUnavailable } from '@keyrace/controller-client'
import type { Clock } from '@keyrace/environment'
import type { PushAttempt, PushConnection, PushKey } from '@keyrace/load'

/** A push as its client saw it, with what is needed to find its evidence. */
export interface PushRecord {
  readonly op: string
  readonly arm: string
  readonly replica: string
  readonly phase: Sample['phase']
  readonly block: number | null
  readonly app: string
  readonly ref: string
  readonly key: PushKey
  readonly intendedAt: number
  readonly connection: Pick<PushConnection, 'name' | 'stamps'>
  /** The connection was opened for this push, so that opening it is part of the push. */
  readonly fresh: boolean
  readonly attempt: PushAttempt
}

/** Times on the world's clock. */
export interface MutationRecord {
  readonly invokedAt: number
  readonly completedAt: number
  readonly type: 'ok' | 'fail' | 'info'
  readonly revision: number | null
  readonly generation: number | null
}

type Row = Omit<HistoryEvent, 'idx'>
type Subject = Partial<Pick<Row, 'app' | 'generation' | 'user' | 'key'>>

/** Writes down what happened, on one clock. It maps outcomes; when nothing better is certain, to `info`. */
export interface Recorder {
  /** Where the history's time begins, on the world's clock. Records are on that clock, rows count from here. */
  readonly origin: number
  /** What stood before the first push: completed mutations of the fixture. */
  stands(f: Operation, subject: Subject, revision: number): void
  /** Does it and writes it down: refused is `fail`, no answer is `info`. */
  mutate(
    f: Operation,
    subject: Subject,
    act: () => Promise<MutationAnswer>,
  ): Promise<MutationRecord>
  push(record: Omit<PushRecord, 'op'>): PushRecord
  /** What an observer found in a repository. */
  refs(arm: string, app: AppGeneration, refs: ReadonlyMap<string, string>): void
  /** Repositories with a push that ended after they were last read. */
  unread(
    generationOf: (push: PushRecord) => number | null,
  ): readonly (AppGeneration & { readonly arm: string })[]
  pushes(): readonly PushRecord[]
  /** All rows in order of time, joined with what the builders wrote down. */
  history(evidence: EvidenceIndex): readonly HistoryEvent[]
}

/** As much of an answer as a mutation's row needs. */
export interface MutationAnswer {
  readonly ok: boolean
  readonly code?: string
  readonly stamp: { readonly revision: number; readonly generation?: number } | undefined
}

export type EvidenceIndex = (record: PushRecord) => PushEvidence | undefined

export function createRecorder(clock: Clock): Recorder {
  const origin = clock.now()
  const rows: Row[] = []
  const pushes: PushRecord[] = []
  let mutations = 0
  let reads = 0
  const readAt = new Map<string, number>()

  return {
    origin,
    stands(f, subject, revision) {
      const op = `m${++mutations}`
      rows.push(row({ t: 0, proc: 'fixture', type: 'invoke', f, op, ...subject }))
      rows.push(row({ t: 0, proc: 'fixture', type: 'ok', f, op, ...subject, revision }))
    },
    async mutate(f, subject, act) {
      const op = `m${++mutations}`
      const common = { proc: 'operator', f, op, ...subject }
      const invokedAt = clock.now()
      rows.push(row({ ...common, t: invokedAt - origin, type: 'invoke' }))
      const { type, answer, reason } = await outcomeOf(act)
      const completedAt = clock.now()
      const revision = answer?.stamp?.revision ?? null
      const generation = answer?.stamp?.generation ?? subject.generation ?? null
      const t = completedAt - origin
      rows.push(row({ ...common, t, type, revision, generation, reason }))
      return { invokedAt, completedAt, type, revision, generation }
    },
    push(record) {
      const numbered = { ...record, op: `p${pushes.length + 1}` }
      pushes.push(numbered)
      return numbered
    },
    refs(arm, { app, generation }, refs) {
      const common = { proc: 'observer', type: 'ok', f: 'readRefs', op: `r${++reads}` } as const
      readAt.set(repositoryKey({ arm, app, generation }), clock.now())
      const t = clock.now() - origin
      const found = refs.size === 0 ? [[null, null] as const] : [...refs]
      for (const [ref, sha] of found) {
        rows.push(row({ ...common, t, arm, app, generation, ref, new: sha }))
      }
    },
    unread(generationOf) {
      const unread = new Map<string, AppGeneration & { arm: string }>()
      for (const push of pushes) {
        const generation = generationOf(push)
        if (generation === null) continue
        const repository = { arm: push.arm, app: push.app, generation }
        const key = repositoryKey(repository)
        if (push.attempt.stamps.doneAt >= (readAt.get(key) ?? 0)) unread.set(key, repository)
      }
      return [...unread.values()]
    },
    pushes: () => pushes,
    history(evidence) {
      const all = [...rows, ...pushes.flatMap((push) => pushRows(push, evidence(push), origin))]
      // A stable sort: rows of one instant stay as they were written, an invoke before its completion.
      return all.sort((a, b) => a.t - b.t).map((one, idx) => ({ idx, ...one }))
    },
  }
}

function repositoryKey({ arm, app, generation }: AppGeneration & { arm: string }): string {
  return `${arm} ${app} ${generation}`
}

async function outcomeOf(act: () => Promise<MutationAnswer>) {
  try {
    const answer = await act()
    return answer.ok
      ? ({ type: 'ok', answer, reason: null } as const)
      : ({ type: 'fail', answer, reason: answer.code ?? null } as const)
  } catch (error) {
    if (!(error instanceof ControllerUnavailable)) throw error
    return { type: 'info', answer: undefined, reason: error.code } as const
  }
}

type Named = Pick<Row, 't' | 'proc' | 'type' | 'f' | 'op'> & Partial<Row>

function row(given: Named): Row {
  return {
    arm: null,
    replica: null,
    app: null,
    generation: null,
    user: null,
    key: null,
    ref: null,
    old: null,
    new: null,
    revision: null,
    authRevision: null,
    source: null,
    copyAgeMs: null,
    reason: null,
    ...given,
  }
}

/** A push is up to three operations under one name: itself, its admission and its commit. */
function pushRows(push: PushRecord, evidence: PushEvidence | undefined, origin: number): Row[] {
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
  const t = (stamps.advertisedAt ?? stamps.doneAt) - origin
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
  if (outcome === 'ok') return null
  return outcome === 'rejected' ? reason : `${outcome}: ${reason ?? 'no reason was given'}`
}
