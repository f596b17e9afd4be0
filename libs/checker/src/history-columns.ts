import {
  type EventType,
  eventTypes,
  type HistoryEvent,
  type Operation,
  operations,
} from '@keyrace/contracts'
import { createStringTable, type StringTable } from './string-table.ts'

type TextColumn =
  | 'proc'
  | 'arm'
  | 'replica'
  | 'op'
  | 'app'
  | 'user'
  | 'key'
  | 'ref'
  | 'old'
  | 'new'
  | 'source'
  | 'reason'

/**
 * One typed array for each member of a row, as long as there is room for. Texts are numbers of the string
 * table; `type` and `f` are places in `eventTypes` and `operations`. Null is 0 in texts, -1 in `generation` and
 * revisions, NaN in `copyAgeMs`.
 */
export interface Columns extends Readonly<Record<TextColumn, Int32Array>> {
  readonly idx: Int32Array
  readonly t: Float64Array
  readonly type: Uint8Array
  readonly f: Uint8Array
  readonly generation: Int32Array
  readonly revision: Int32Array
  readonly authRevision: Int32Array
  readonly copyAgeMs: Float64Array
}

/** A row in numbers, for a producer that has its texts coded already. */
export type CodedRow = Readonly<Record<keyof Columns, number>>

/** A history as struct of arrays: some 80 bytes a row. */
export interface HistoryColumns {
  readonly length: number
  /** Do not keep them: as the history grows, others take their place. */
  readonly columns: Columns
  readonly strings: StringTable
  append(row: HistoryEvent): void
  appendCoded(row: CodedRow): void
  rowAt(index: number): HistoryEvent
  /** Forgets all rows, but no text. */
  clear(): void
}

export function createHistory(capacity = 1024): HistoryColumns {
  const strings = createStringTable()
  let columns = allocate(capacity)
  let room = capacity
  let length = 0

  return {
    get length() {
      return length
    },
    get columns() {
      return columns
    },
    strings,
    append(row) {
      const at = nextRow()
      columns.idx[at] = row.idx
      columns.t[at] = row.t
      columns.type[at] = typeCode(row.type)
      columns.f[at] = operationCode(row.f)
      columns.generation[at] = row.generation ?? -1
      columns.revision[at] = row.revision ?? -1
      columns.authRevision[at] = row.authRevision ?? -1
      columns.copyAgeMs[at] = row.copyAgeMs ?? Number.NaN
      for (const name of textColumns) columns[name][at] = strings.code(row[name])
    },
    appendCoded(row) {
      const at = nextRow()
      const to = columns
      to.idx[at] = row.idx
      to.t[at] = row.t
      to.type[at] = row.type
      to.f[at] = row.f
      to.generation[at] = row.generation
      to.revision[at] = row.revision
      to.authRevision[at] = row.authRevision
      to.copyAgeMs[at] = row.copyAgeMs
      to.proc[at] = row.proc
      to.arm[at] = row.arm
      to.replica[at] = row.replica
      to.op[at] = row.op
      to.app[at] = row.app
      to.user[at] = row.user
      to.key[at] = row.key
      to.ref[at] = row.ref
      to.old[at] = row.old
      to.new[at] = row.new
      to.source[at] = row.source
      to.reason[at] = row.reason
    },
    rowAt: (index) => rowOf(columns, strings, index),
    clear() {
      length = 0
    },
  }

  function nextRow(): number {
    if (length === room) {
      room *= 2
      columns = grown(columns, room)
    }
    return length++
  }
}

export function typeCode(type: EventType): number {
  return eventTypes.indexOf(type)
}

export function operationCode(f: Operation): number {
  return operations.indexOf(f)
}

const textColumns = [
  'proc',
  'arm',
  'replica',
  'op',
  'app',
  'user',
  'key',
  'ref',
  'old',
  'new',
  'source',
  'reason',
] as const satisfies TextColumn[]

function allocate(room: number): Columns {
  const texts = Object.fromEntries(textColumns.map((name) => [name, new Int32Array(room)]))
  return {
    ...(texts as Record<TextColumn, Int32Array>),
    idx: new Int32Array(room),
    t: new Float64Array(room),
    type: new Uint8Array(room),
    f: new Uint8Array(room),
    generation: new Int32Array(room),
    revision: new Int32Array(room),
    authRevision: new Int32Array(room),
    copyAgeMs: new Float64Array(room),
  }
}

function grown(columns: Columns, room: number): Columns {
  const larger = allocate(room)
  for (const name of Object.keys(columns) as (keyof Columns)[]) larger[name].set(columns[name])
  return larger
}

function rowOf(columns: Columns, strings: StringTable, at: number): HistoryEvent {
  const text = (name: TextColumn) => strings.text(columns[name][at] as number)
  const count = (name: 'generation' | 'revision' | 'authRevision') => {
    const value = columns[name][at] as number
    return value < 0 ? null : value
  }
  const copyAgeMs = columns.copyAgeMs[at] as number
  return {
    idx: columns.idx[at] as number,
    t: columns.t[at] as number,
    proc: text('proc') ?? '',
    arm: text('arm'),
    replica: text('replica'),
    type: eventTypes[columns.type[at] as number] as EventType,
    f: operations[columns.f[at] as number] as Operation,
    op: text('op') ?? '',
    app: text('app'),
    generation: count('generation'),
    user: text('user'),
    key: text('key'),
    ref: text('ref'),
    old: text('old'),
    new: text('new'),
    revision: count('revision'),
    authRevision: count('authRevision'),
    source: text('source') as HistoryEvent['source'],
    copyAgeMs: Number.isNaN(copyAgeMs) ? null : copyAgeMs,
    reason: text('reason'),
  }
}
