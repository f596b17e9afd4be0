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
  add(at: number, label: string, run: () => void): Cancel
  /** Removes and returns the earliest event; undefined when there is none. */
  next(): Event | undefined
  /** How many events wait, without those that were cancelled. */
  size(): number
}

const firstCapacity = 64
/** Below that it does not matter that cancelled events take room. */
const fewestCompacted = 64

/**
 * A binary heap on typed arrays. Cancelling only marks; the marked leave when they come up, or once they are the
 * majority.
 */
export function createEventQueue(): EventQueue {
  /** By place in the heap. */
  let times = new Float64Array(firstCapacity)
  /** The first `length` are in the heap, the others are free: each slot is here once. */
  let slots = slotsFrom(new Int32Array(firstCapacity), 0)
  /** By slot: which event it holds. No two have the same, so who cancels late hits no other. */
  let sequences = new Float64Array(firstCapacity)
  const labels: string[] = []
  /** Undefined for an event that was cancelled. */
  const runs: ((() => void) | undefined)[] = []
  let length = 0
  let added = 0
  let cancelled = 0

  return {
    add(at, label, run) {
      if (length === slots.length) grow()
      const slot = slots[length] as number
      const sequence = added++
      sequences[slot] = sequence
      labels[slot] = label
      runs[slot] = run
      rise(length++, at, slot)
      return () => cancel(slot, sequence)
    },
    next() {
      while (length > 0) {
        const at = times[0] as number
        const slot = removeFirst()
        const run = runs[slot]
        if (run !== undefined) {
          runs[slot] = undefined
          return { at, label: labels[slot] as string, run }
        }
        cancelled--
      }
      return undefined
    },
    size: () => length - cancelled,
  }

  function cancel(slot: number, sequence: number): void {
    if (sequences[slot] !== sequence || runs[slot] === undefined) return
    runs[slot] = undefined
    cancelled++
    if (cancelled >= fewestCompacted && cancelled * 2 > length) compact()
  }

  function removeFirst(): number {
    const first = slots[0] as number
    length--
    const last = slots[length] as number
    slots[length] = first
    if (length > 0) sink(0, times[length] as number, last)
    return first
  }

  function compact(): void {
    let kept = 0
    for (let place = 0; place < length; place++) {
      const slot = slots[place] as number
      if (runs[slot] === undefined) continue
      slots[place] = slots[kept] as number
      slots[kept] = slot
      times[kept] = times[place] as number
      kept++
    }
    length = kept
    cancelled = 0
    for (let place = (length >> 1) - 1; place >= 0; place--) {
      sink(place, times[place] as number, slots[place] as number)
    }
  }

  function rise(from: number, at: number, slot: number): void {
    let place = from
    while (place > 0) {
      const above = (place - 1) >> 1
      if (!isBefore(at, slot, above)) break
      times[place] = times[above] as number
      slots[place] = slots[above] as number
      place = above
    }
    times[place] = at
    slots[place] = slot
  }

  function sink(from: number, at: number, slot: number): void {
    let place = from
    for (;;) {
      let below = 2 * place + 1
      if (below >= length) break
      const right = below + 1
      if (right < length && isBefore(times[right] as number, slots[right] as number, below)) {
        below = right
      }
      if (isBefore(at, slot, below)) break
      times[place] = times[below] as number
      slots[place] = slots[below] as number
      place = below
    }
    times[place] = at
    slots[place] = slot
  }

  /** Than the event at a place of the heap. */
  function isBefore(at: number, slot: number, place: number): boolean {
    const other = times[place] as number
    if (at !== other) return at < other
    return (sequences[slot] as number) < (sequences[slots[place] as number] as number)
  }

  function grow(): void {
    const capacity = slots.length * 2
    times = copyTo(new Float64Array(capacity), times)
    sequences = copyTo(new Float64Array(capacity), sequences)
    slots = slotsFrom(copyTo(new Int32Array(capacity), slots), slots.length)
  }
}

function slotsFrom(slots: Int32Array<ArrayBuffer>, from: number): Int32Array<ArrayBuffer> {
  for (let slot = from; slot < slots.length; slot++) slots[slot] = slot
  return slots
}

function copyTo<A extends Float64Array | Int32Array>(larger: A, from: A): A {
  larger.set(from)
  return larger
}
