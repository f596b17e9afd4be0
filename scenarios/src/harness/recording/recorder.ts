import {
  type AppGeneration,
  type ErrorCode,
  errors,
  type HistoryEvent,
  type Operation,
  type RepositoryLayout,
} from '@keyrace/contracts'
import { ControllerUnavailable } from '@keyrace/controller-client'
import type { Clock } from '@keyrace/environment'
import type { Keeper } from '@keyrace/testbed'
import type { EvidenceIndex } from './evidence-index.ts'
import { pushRows, type Row, row } from './history-rows.ts'
import { type PushRecord, wasAccepted } from './push-record.ts'
import { type Removal, removalRows } from './removal-rows.ts'

/** Times on the world's clock. */
export interface MutationRecord {
  readonly op: string
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
  /** What stands from now on, before the first push to it: completed mutations of a fixture. */
  stands(f: Operation, subject: Subject, revision: number): void
  /** Does it and writes it down: refused is `fail`, no answer is `info`. */
  mutate(
    f: Operation,
    subject: Subject,
    act: () => Promise<MutationAnswer>,
    op?: string,
  ): Promise<MutationRecord>
  /** Under the name that the plan gave it, where it has one. */
  push(record: Omit<PushRecord, 'op'> & { readonly op?: string | undefined }): PushRecord
  /** Writes down that something was done to a builder, or around them, from now until it is said to end. */
  fault(subject: FaultSubject, what: string, op?: string): FaultRecord
  /** What an observer found in a repository. */
  look(
    arm: string,
    app: AppGeneration,
    read: () => Promise<ReadonlyMap<string, string>>,
    keeper?: Keeper,
  ): Promise<void>
  /** Which repositories an observer found. */
  find(arm: string, list: () => Promise<readonly AppGeneration[]>, keeper?: Keeper): Promise<void>
  /** Repositories with an acknowledged push that ended after they were last read. */
  unread(
    generationOf: (push: PushRecord) => number | null,
    layout?: RepositoryLayout,
  ): readonly Repository[]
  pushes(): readonly PushRecord[]
  /** All rows in order of time, joined with what builders and reapers wrote down. */
  history(evidence: EvidenceIndex, removals: readonly Removal[]): readonly HistoryEvent[]
}

export interface Repository extends AppGeneration {
  readonly arm: string
  readonly keeper: Keeper
}

export type FaultSubject = Pick<Row, 'arm' | 'replica'>

export interface FaultRecord {
  readonly op: string
  end(): void
}

/** As much of an answer as a mutation's row needs. */
export interface MutationAnswer {
  readonly ok: boolean
  readonly code?: ErrorCode
  readonly stamp: { readonly revision: number; readonly generation?: number } | undefined
}

/** Where what is written down goes on from, and what begins each name in it. */
export interface Continuation {
  /** Of the history. */
  readonly elapsedMs: number
  readonly rows: number
  readonly prefix: string
}

const fromTheBeginning: Continuation = { elapsedMs: 0, rows: 0, prefix: '' }

export function createRecorder(
  clock: Clock,
  { elapsedMs, rows: earlierRows, prefix } = fromTheBeginning,
): Recorder {
  const origin = clock.now() - elapsedMs
  const rows: Row[] = []
  const pushes: PushRecord[] = []
  let mutations = 0
  let reads = 0
  let lists = 0
  let faults = 0
  const readAt = new Map<string, number>()

  return {
    origin,
    stands(f, subject, revision) {
      const op = `${prefix}m${++mutations}`
      // A large fixture takes its time to load: a copy has its own claim to catch up from here.
      const common = { t: clock.now() - origin, proc: 'fixture', f, op, ...subject }
      rows.push(row({ ...common, type: 'invoke' }))
      rows.push(row({ ...common, type: 'ok', revision }))
    },
    async mutate(f, subject, act, op = `${prefix}m${++mutations}`) {
      const common = { proc: 'operator', f, op, ...subject }
      const invokedAt = clock.now()
      rows.push(row({ ...common, t: invokedAt - origin, type: 'invoke' }))
      const { type, answer, reason } = await outcomeOf(act)
      const completedAt = clock.now()
      const revision = answer?.stamp?.revision ?? null
      const generation = answer?.stamp?.generation ?? subject.generation ?? null
      const t = completedAt - origin
      rows.push(row({ ...common, t, type, revision, generation, reason }))
      return { op, invokedAt, completedAt, type, revision, generation }
    },
    push(record) {
      const numbered = { ...record, op: record.op ?? `${prefix}p${pushes.length + 1}` }
      pushes.push(numbered)
      return numbered
    },
    fault(subject, what, op = `${prefix}f${++faults}`) {
      const common = { proc: 'nemesis', f: 'fault', op, ...subject, reason: what } as const
      rows.push(row({ ...common, t: clock.now() - origin, type: 'invoke' }))
      return {
        op,
        end: () => rows.push(row({ ...common, t: clock.now() - origin, type: 'ok' })),
      }
    },
    async look(arm, { app, generation }, read, keeper = null) {
      const common = {
        proc: 'observer',
        type: 'ok',
        f: 'readRefs',
        op: `${prefix}r${++reads}`,
      } as const
      // As of its beginning: what changes while it goes on may be missing from it.
      const begunAt = clock.now()
      const refs = await read()
      readAt.set(repositoryKey({ arm, keeper, app, generation }), begunAt)
      const found = refs.size === 0 ? [[null, null] as const] : [...refs]
      for (const [ref, sha] of found) {
        const where = { arm, replica: keeper, app, generation }
        rows.push(row({ ...common, t: begunAt - origin, ...where, ref, new: sha }))
      }
    },
    async find(arm, list, keeper = null) {
      const common = { proc: 'observer', type: 'ok', f: 'findRepository' } as const
      const op = `${prefix}l${++lists}`
      // As of its beginning, as far as anybody knows; what it found may have gone before its end.
      const t = clock.now() - origin
      const found = await list()
      const where = { arm, replica: keeper }
      if (found.length === 0) rows.push(row({ ...common, op, t, ...where }))
      for (const { app, generation } of found) {
        rows.push(row({ ...common, op, t, ...where, app, generation }))
      }
    },
    unread(generationOf, layout = 'shared') {
      const unread = new Map<string, Repository>()
      for (const push of pushes) {
        const generation = generationOf(push)
        if (generation === null || !wasAccepted(push)) continue
        const keeper = layout === 'shared' ? null : push.replica
        const repository = { arm: push.arm, keeper, app: push.app, generation }
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
      return all
        .sort((a, b) => a.t - b.t)
        .map((one, index) => ({ idx: earlierRows + index, ...one }))
    },
  }
}

function repositoryKey({ arm, keeper, app, generation }: Repository): string {
  return [arm, keeper, app, generation].join(' ')
}

async function outcomeOf(act: () => Promise<MutationAnswer>) {
  try {
    const answer = await act()
    if (answer.ok) return { type: 'ok', answer, reason: null } as const
    return { type: refusalType(answer.code), answer, reason: answer.code ?? null } as const
  } catch (error) {
    if (!(error instanceof ControllerUnavailable)) throw error
    return { type: 'info', answer: undefined, reason: error.code } as const
  }
}

/** What a server could not finish may have happened. */
function refusalType(code: ErrorCode | undefined): 'fail' | 'info' {
  return code !== undefined && errors[code].status >= 500 ? 'info' : 'fail'
}
