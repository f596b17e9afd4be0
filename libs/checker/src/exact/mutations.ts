import { type Operation, operations } from '@keyrace/contracts'
import { type HistoryColumns, operationCode, typeCode } from '../history-columns.ts'
import { invoke, ok, type RowOrder } from './decisions.ts'
import type { Mutation, MutationName } from './mutation.ts'
import type { Rules } from './rules.ts'

/** What the controller's log says of mutations whose answer nobody saw, by op. */
export type Settlements = ReadonlyMap<string, Settlement | 'absent'>

export interface Settlement {
  readonly revision: number
  /** On the observer's clock, where it is known: it then stands for the acknowledgement. */
  readonly committedAt: number | null
}

export interface Mutations {
  /** In commit order. */
  readonly ordered: readonly Mutation[]
  /** What may have happened, at any time from its begin. */
  readonly loose: readonly Mutation[]
}

const names: readonly Operation[] = [
  'createApp',
  'deleteApp',
  'transferApp',
  'addKey',
  'removeKey',
  'grant',
  'revokeGrant',
] as const satisfies MutationName[]
export const mutates = Uint8Array.from(operations, (name) => Number(names.includes(name)))
const [fail, createApp] = [typeCode('fail'), operationCode('createApp')]
const namesApp = Uint8Array.from(operations, (name) =>
  Number(name === 'deleteApp' || name === 'transferApp' || name.endsWith('rant')),
)

export function isMutation({ columns }: HistoryColumns, row: number): boolean {
  return mutates[columns.f[row] as number] === 1
}

/** Throws where rows do not say what a mutation was about. */
export function mutationsOf(
  history: HistoryColumns,
  order: RowOrder,
  settlements: Settlements,
  rules: Rules,
): Mutations {
  const { type, op } = history.columns
  const ends = new Map<number, number>()
  const begins: number[] = []
  for (let place = 0; place < order.length; place++) {
    const row = order.at(place)
    if (!isMutation(history, row)) continue
    if (type[row] === invoke) begins.push(row)
    else ends.set(op[row] as number, row)
  }
  const all = begins.flatMap((row) => {
    const end = ends.get(op[row] as number)
    return mutationOf(history, row, end, settlements, rules) ?? []
  })
  const ordered = all.filter(({ revision }) => revision >= 0)
  return {
    ordered: ordered.sort(rules.orderByRevision ? byRevision : byEnd),
    loose: all.filter(({ revision }) => revision < 0),
  }
}

/** Undefined for what did not happen. */
export function mutationOf(
  { columns, strings }: HistoryColumns,
  row: number,
  end: number | undefined,
  settlements: Settlements,
  rules: Rules,
): Mutation | undefined {
  const type = end === undefined ? undefined : columns.type[end]
  if (type === fail && rules.refusedIsDropped) return undefined
  const told = (name: 'revision' | 'generation') =>
    Math.max(columns[name][row] as number, end === undefined ? -1 : (columns[name][end] as number))
  const text = (name: 'user' | 'key' | 'app') =>
    (columns[name][row] || (end === undefined ? 0 : columns[name][end])) as number
  const op = columns.op[row] as number
  const settled =
    type === ok || settlements.size === 0 ? undefined : settlements.get(strings.text(op) ?? '')
  if (settled === 'absent' && rules.absentIsDropped) return undefined
  const known = settled === 'absent' ? undefined : settled
  const f = columns.f[row] as number
  const generation = Math.max(0, told('generation'))
  if (generation === 0 && (namesApp[f] === 1 || (f === createApp && type === ok))) {
    throw new Error(
      `the history is malformed: ${operations[f]} ${strings.text(op)} does not say which generation it is about`,
    )
  }
  return {
    f: operations[f] as MutationName,
    op,
    user: text('user'),
    key: text('key'),
    app: text('app'),
    generation,
    inv: columns.t[row] as number,
    cmp:
      end !== undefined && type === ok
        ? (columns.t[end] as number)
        : (known?.committedAt ?? Number.POSITIVE_INFINITY),
    revision: known?.revision ?? told('revision'),
    events: [row, ...(end === undefined ? [] : [end])].map((each) => columns.idx[each] as number),
  }
}

function byRevision(a: Mutation, b: Mutation): number {
  return a.revision - b.revision || a.inv - b.inv
}

function byEnd(a: Mutation, b: Mutation): number {
  return a.cmp - b.cmp || a.inv - b.inv
}
