import type { Interval, Operation } from './history.ts'

/**
 * A stretch of time, with the writes that began and ended it. Lists of spans are sorted and do not
 * overlap. Where a register *may* be on, the ends belong to the span; where it *must* be on, they do not.
 */
export interface Span {
  readonly from: number
  readonly to: number
  readonly opened: Operation | undefined
  readonly closed: Operation | undefined
}

/**
 * When one of `starts` may have been the last write: each from its invoke, until an end that was invoked
 * after it has completed. `initially` says that the register also starts out that way.
 */
export function possibleSpans(
  starts: readonly Operation[],
  ends: readonly Operation[],
  initially = false,
): readonly Span[] {
  const endAfter = firstCompleted(ends)
  const span = (from: number, settled: number, opened?: Operation): Span => {
    const closed = endAfter(settled)
    return { from, to: closed?.cmp ?? Number.POSITIVE_INFINITY, opened, closed }
  }
  const before = Number.NEGATIVE_INFINITY
  return union([
    ...(initially ? [span(before, before)] : []),
    ...starts.map((start) => span(start.inv, start.cmp, start)),
  ])
}

/** Of the operations that were invoked after a time, the one that completed first. */
function firstCompleted(operations: readonly Operation[]): (time: number) => Operation | undefined {
  const byInvoke = operations.toSorted((a, b) => a.inv - b.inv)
  let first: Operation | undefined
  const firstFrom = byInvoke.toReversed().map((operation) => {
    if (first === undefined || operation.cmp < first.cmp) first = operation
    return first
  })
  return (time) => firstFrom[byInvoke.length - 1 - countWhile(byInvoke, ({ inv }) => inv <= time)]
}

/** The time between the spans, before the first and after the last. */
export function complement(spans: readonly Span[]): readonly Span[] {
  const gaps: Span[] = []
  let from = Number.NEGATIVE_INFINITY
  let opened: Operation | undefined
  for (const span of spans) {
    if (from < span.from) gaps.push({ from, to: span.from, opened, closed: span.opened })
    from = span.to
    opened = span.closed
  }
  const to = Number.POSITIVE_INFINITY
  return from < to ? [...gaps, { from, to, opened, closed: undefined }] : gaps
}

export function union(spans: readonly Span[]): readonly Span[] {
  const merged: Span[] = []
  for (const span of spans.toSorted((a, b) => a.from - b.from)) {
    const last = merged.at(-1)
    if (last === undefined || last.to <= span.from) merged.push(span)
    else if (last.to < span.to) {
      merged[merged.length - 1] = { ...last, to: span.to, closed: span.closed }
    }
  }
  return merged
}

export function intersection(left: readonly Span[], right: readonly Span[]): readonly Span[] {
  const common: Span[] = []
  for (let i = 0, j = 0; ; ) {
    const [a, b] = [left[i], right[j]]
    if (a === undefined || b === undefined) return common
    const [later, sooner] = [a.from < b.from ? b : a, a.to < b.to ? a : b]
    if (later.from <= sooner.to) {
      const { from, opened } = later
      common.push({ from, to: sooner.to, opened, closed: sooner.closed })
    }
    if (sooner === a) i++
    else j++
  }
}

/** The last span that has begun by then. */
export function lastBegun(spans: readonly Span[], time: number): Span | undefined {
  return spans[countWhile(spans, ({ from }) => from <= time) - 1]
}

/** Do an interval and a span, both with their ends, have a moment in common? */
export function touches(spans: readonly Span[], { inv, cmp }: Interval): boolean {
  const last = lastBegun(spans, cmp)
  return last !== undefined && last.to >= inv
}

/** Does the whole interval lie within one span, without the span's ends? */
export function covers(spans: readonly Span[], { inv, cmp }: Interval): boolean {
  const last = lastBegun(spans, inv)
  return last !== undefined && last.from < inv && cmp < last.to
}

/** How many items at the head of a list satisfy a condition that no later item satisfies. */
export function countWhile<T>(items: readonly T[], holds: (item: T) => boolean): number {
  let [low, high] = [0, items.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (holds(items[middle] as T)) low = middle + 1
    else high = middle
  }
  return low
}
