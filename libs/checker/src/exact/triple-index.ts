/** Dense numbers, from 0, for triples of numbers: a hash table without an object for each of them. */
export interface TripleIndex {
  readonly size: number
  /** The number of a triple; a new one gets the next. */
  of(a: number, b: number, c: number): number
  at(number: number): readonly [number, number, number]
}

export function createTripleIndex(): TripleIndex {
  let slots = new Int32Array(64)
  let members = new Int32Array(3 * 32)
  let size = 0

  return {
    get size() {
      return size
    },
    of(a, b, c) {
      let slot = hash(a, b, c) & (slots.length - 1)
      for (;;) {
        const number = (slots[slot] as number) - 1
        if (number < 0) break
        const from = 3 * number
        if (members[from] === a && members[from + 1] === b && members[from + 2] === c) return number
        slot = (slot + 1) & (slots.length - 1)
      }
      if (2 * size === slots.length) return grow(a, b, c)
      members.set([a, b, c], 3 * size)
      slots[slot] = ++size
      return size - 1
    },
    at(number) {
      const [a = 0, b = 0, c = 0] = members.subarray(3 * number, 3 * number + 3)
      return [a, b, c]
    },
  }

  function grow(a: number, b: number, c: number): number {
    const earlier = members
    members = new Int32Array(2 * earlier.length)
    members.set(earlier)
    slots = new Int32Array(2 * slots.length)
    for (let number = 0; number < size; number++) place(number)
    members.set([a, b, c], 3 * size)
    place(size)
    return size++
  }

  function place(number: number): void {
    const [a = 0, b = 0, c = 0] = members.subarray(3 * number, 3 * number + 3)
    let slot = hash(a, b, c) & (slots.length - 1)
    while (slots[slot] !== 0) slot = (slot + 1) & (slots.length - 1)
    slots[slot] = number + 1
  }
}

function hash(a: number, b: number, c: number): number {
  let mixed = Math.imul(a, 0x9e3779b1) ^ Math.imul(b, 0x85ebca6b) ^ Math.imul(c, 0xc2b2ae35)
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x2c1b3c6d)
  return mixed ^ (mixed >>> 13)
}
