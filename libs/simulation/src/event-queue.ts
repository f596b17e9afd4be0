import type { Cancel } from '@keyrace/environment'

/** Something that happens at one instant of virtual time. */
export interface Event {
  /** Integer microseconds. */
  readonly at: number
  readonly label: string
  readonly run: () => void
}

/** Events in order of time and, at the same time, in the order in which they were added. */
export interface EventQueue {
  add(event: Event): Cancel
  /** Removes and returns the earliest event; undefined when there is none. */
  next(): Event | undefined
  /** How many events wait, without those that were cancelled. */
  size(): number
}

interface Entry extends Event {
  readonly sequence: number
  state: 'waiting' | 'cancelled' | 'gone'
}

/** A binary heap. Cancelling only marks; the marked leave when they come up, or once they are the majority. */
export function createEventQueue(): EventQueue {
  let heap: Entry[] = []
  let added = 0
  let cancelled = 0

  return {
    add({ at, label, run }) {
      const entry: Entry = { at, label, run, sequence: added++, state: 'waiting' }
      heap.push(entry)
      rise(heap, heap.length - 1)
      return () => cancel(entry)
    },
    next() {
      for (;;) {
        const entry = removeFirst(heap)
        if (entry?.state !== 'cancelled') {
          if (entry !== undefined) entry.state = 'gone'
          return entry
        }
        cancelled--
      }
    },
    size: () => heap.length - cancelled,
  }

  function cancel(entry: Entry) {
    if (entry.state !== 'waiting') return
    entry.state = 'cancelled'
    cancelled++
    if (cancelled * 2 <= heap.length) return
    // A sorted array is a heap.
    heap = heap.filter(({ state }) => state === 'waiting').sort((a, b) => (isBefore(a, b) ? -1 : 1))
    cancelled = 0
  }
}

function isBefore(a: Entry, b: Entry): boolean {
  return a.at < b.at || (a.at === b.at && a.sequence < b.sequence)
}

function removeFirst(heap: Entry[]): Entry | undefined {
  const first = heap[0]
  const last = heap.pop()
  if (last !== undefined && last !== first) {
    heap[0] = last
    sink(heap, 0)
  }
  return first
}

function rise(heap: Entry[], from: number): void {
  const entry = heap[from] as Entry
  let index = from
  while (index > 0) {
    const above = (index - 1) >> 1
    const parent = heap[above] as Entry
    if (isBefore(parent, entry)) break
    heap[index] = parent
    index = above
  }
  heap[index] = entry
}

function sink(heap: Entry[], from: number): void {
  const entry = heap[from] as Entry
  let index = from
  for (;;) {
    let below = 2 * index + 1
    const left = heap[below]
    const right = heap[below + 1]
    if (left === undefined) break
    if (right !== undefined && isBefore(right, left)) below++
    const child = heap[below] as Entry
    if (isBefore(entry, child)) break
    heap[index] = child
    index = below
  }
  heap[index] = entry
}
