import type { AppGeneration, HistoryEvent, Operation } from '@keyrace/contracts'
import { ControllerUnavailable } from '@keyrace/controller-client'
import type { Clock } from '@keyrace/environment'
import type { EvidenceIndex } from './evidence-index.ts'
import { pushRows, type Row, row } from './history-rows.ts'
import type { PushRecord } from './push-record.ts'
import { type Removal, removalRows } from './removal-rows.ts'

/** Times on the world's clock. */
export interface MutationRecord {
  readonly invokedAt: number
  readonly completedAt: number
  readonly type: 'ok' | 'fail' | 'info'
  readonly revision: number | null
  readonly generation: number | null
}

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
  look(
    arm: string,
    app: AppGeneration,
    read: () => Promise<ReadonlyMap<string, string>>,
  ): Promise<void>
  /** Which repositories an observer found. */
  find(arm: string, list: () => Promise<readonly AppGeneration[]>): Promise<void>
  /** Repositories with a push that ended after they were last read. */
  unread(
    generationOf: (push: PushRecord) => number | null,
  ): readonly (AppGeneration & { readonly arm: string })[]
  pushes(): readonly PushRecord[]
  /** All rows in order of time, joined with what builders and reapers wrote down. */
  history(evidence: EvidenceIndex, removals: readonly Removal[]): readonly HistoryEvent[]
}

/** As much of an answer as a mutation's row needs. */
export interface MutationAnswer {
  readonly ok: boolean
  readonly code?: string
  readonly stamp: { readonly revision: number; readonly generation?: number } | undefined
}

export function createRecorder(clock: Clock): Recorder {
  const origin = clock.now()
  const rows: Row[] = []
  const pushes: PushRecord[] = []
  let mutations = 0
  let reads = 0
  let lists = 0
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
    async look(arm, { app, generation }, read) {
      const common = { proc: 'observer', type: 'ok', f: 'readRefs', op: `r${++reads}` } as const
      // As of its beginning: what changes while it goes on may be missing from it.
      const begunAt = clock.now()
      const refs = await read()
      readAt.set(repositoryKey({ arm, app, generation }), begunAt)
      const found = refs.size === 0 ? [[null, null] as const] : [...refs]
      for (const [ref, sha] of found) {
        rows.push(row({ ...common, t: begunAt - origin, arm, app, generation, ref, new: sha }))
      }
    },
    async find(arm, list) {
      const common = { proc: 'observer', type: 'ok', f: 'findRepository' } as const
      const op = `l${++lists}`
      // As of its beginning, as far as anybody knows; what it found may have gone before its end.
      const t = clock.now() - origin
      const found = await list()
      if (found.length === 0) rows.push(row({ ...common, op, t, arm }))
      for (const { app, generation } of found) {
        rows.push(row({ ...common, op, t, arm, app, generation }))
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
    history(evidence, removals) {
      const all = [
        ...rows,
        ...pushes.flatMap((push) => pushRows(push, evidence(push), origin)),
        ...removals.flatMap((removal) => removalRows(removal, origin)),
      ]
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
