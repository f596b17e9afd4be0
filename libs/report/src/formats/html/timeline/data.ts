import { createRights, type Operation, readHistory, type Span } from '@keyrace/checker'
import type { HistoryEvent } from '@keyrace/contracts'
import { type Bar, kinds, outcomes } from './bars.ts'
import { type Lane, lanesOf } from './lanes.ts'

/** Something in a history that a person is to look at. */
export interface Mark {
  /** `idx` of the rows that show it; the last of them is of the operation that is marked. */
  readonly events: readonly number[]
  readonly title: string
  readonly story: string
  readonly isBroken: boolean
}

/** As the script of the page reads it: times are whole microseconds, bars are columns of equal length. */
export interface TimelineData {
  readonly from: number
  readonly to: number
  readonly lanes: readonly Lane[]
  readonly bars: Readonly<Record<BarColumn, readonly number[]>>
  /** What there is to say of a bar: for each fact one index of `strings` a bar. The first string is empty. */
  readonly facts: Readonly<Record<string, readonly number[]>>
  readonly strings: readonly string[]
  readonly marks: readonly (Omit<Mark, 'events'> & { readonly bar: number })[]
  readonly rights: readonly RightBand[]
}

/** `admitted` is when a push was shown the refs, or -1; `kind` and `outcome` are places in their lists in bars.ts. */
type BarColumn = 'from' | 'to' | 'lane' | 'row' | 'kind' | 'outcome' | 'admitted'

/** When somebody may have been allowed to push, and when they must have been. */
interface RightBand {
  readonly name: string
  readonly may: readonly Stretch[]
  readonly must: readonly Stretch[]
}
type Stretch = readonly [from: number, to: number]

const mostRights = 3

/** `bars` are of `barsOf`, and at least one. */
export function timelineData(
  bars: readonly Bar[],
  marks: readonly Mark[],
  history: readonly HistoryEvent[],
): TimelineData {
  const from = microseconds(bars.map(({ fromMs }) => fromMs).reduce(lesser))
  const to = microseconds(bars.map(({ toMs }) => toMs).reduce(greater))
  const { lanes, rows } = lanesOf(bars)
  const laneNames = lanes.map(({ name }) => name)
  const placed = placedMarks(bars, marks)
  return {
    from,
    to,
    lanes,
    bars: {
      from: bars.map(({ fromMs }) => microseconds(fromMs)),
      to: bars.map(({ toMs }) => microseconds(toMs)),
      lane: bars.map(({ lane }) => laneNames.indexOf(lane)),
      row: rows,
      kind: bars.map(({ kind }) => kinds.indexOf(kind)),
      outcome: bars.map(({ outcome }) => outcomes.indexOf(outcome)),
      admitted: bars.map(({ admittedMs }) => (admittedMs === null ? -1 : microseconds(admittedMs))),
    },
    ...factColumns(bars),
    marks: placed,
    rights: rightBands(
      placed.flatMap(({ bar }) => bars[bar]?.push ?? []),
      history,
      [from, to],
    ),
  }
}

function placedMarks(bars: readonly Bar[], marks: readonly Mark[]): TimelineData['marks'] {
  const barOf = new Map(bars.flatMap(({ events }, index) => events.map((idx) => [idx, index])))
  return marks.flatMap(({ events, ...mark }) => {
    const bar = barOf.get(events.at(-1) ?? -1)
    return bar === undefined ? [] : [{ ...mark, bar }]
  })
}

/** Names, apps and reasons come again and again: each stands in the page once. */
function factColumns(bars: readonly Bar[]): Pick<TimelineData, 'facts' | 'strings'> {
  const strings = new Map([['', 0]])
  const indexOf = (text = '') => {
    const index = strings.get(text) ?? strings.size
    strings.set(text, index)
    return index
  }
  const names = [...new Set(bars.flatMap(({ facts }) => Object.keys(facts)))]
  const facts = names.map((name) => [name, bars.map((bar) => indexOf(bar.facts[name]))])
  return { facts: Object.fromEntries(facts), strings: [...strings.keys()] }
}

/** Those that the marked pushes rested on. */
function rightBands(
  pushes: readonly Operation[],
  history: readonly HistoryEvent[],
  whole: Stretch,
): readonly RightBand[] {
  const rights = createRights(readHistory(history).mutations)
  const named = new Map(
    pushes.map((push) => [`${push.user} may push to ${push.app}`, rights.byName(push)]),
  )
  return [...named].slice(0, mostRights).map(([name, { may, must }]) => ({
    name,
    may: stretches(may, whole),
    must: stretches(must, whole),
  }))
}

function stretches(spans: readonly Span[], [first, last]: Stretch): readonly Stretch[] {
  return spans
    .map(
      ({ from, to }): Stretch => [
        Math.max(first, microseconds(from)),
        Math.min(last, microseconds(to)),
      ],
    )
    .filter(([from, to]) => from < to)
}

function microseconds(ms: number): number {
  return Math.round(ms * 1_000)
}

function lesser(a: number, b: number): number {
  return Math.min(a, b)
}

function greater(a: number, b: number): number {
  return Math.max(a, b)
}
