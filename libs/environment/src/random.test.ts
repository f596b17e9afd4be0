import { describe, expect, test } from 'vitest'
import { createRandom, integer, uniform } from './random.ts'

type Draw = [stream: string, operation: string, hop: number]

describe('chance', () => {
  test('is the same for the same seed, stream, operation and hop, in whatever order', () => {
    const draws: Draw[] = [
      ['latency', 'push-1', 0],
      ['latency', 'push-1', 1],
      ['latency', 'push-2', 0],
      ['loss', 'push-1', 0],
    ]
    const forwards = createRandom(7)
    const backwards = createRandom(7)
    const first = draws.map((draw) => forwards.uint32(...draw))
    const second = draws.toReversed().map((draw) => backwards.uint32(...draw))
    expect(second.toReversed()).toEqual(first)
    expect(new Set(first).size).toBe(draws.length)
  })

  test('of one operation does not change when another is left out', () => {
    const operations = Array.from({ length: 20 }, (_, index) => `push-${index}`)
    const draw = (names: readonly string[]) => {
      const random = createRandom(7)
      return new Map(names.map((name) => [name, random.uint32('latency', name)]))
    }
    const all = draw(operations)
    for (const [name, value] of draw(operations.filter((name) => name !== 'push-3'))) {
      expect(value).toBe(all.get(name))
    }
  })

  test('takes its parts apart: none stands for another', () => {
    const draws: Draw[] = [
      ['ab', 'c', 0],
      ['a', 'bc', 0],
      ['c', 'ab', 0],
      ['', 'abc', 0],
      ['abc', '', 0],
      ['ab', 'c', 1],
    ]
    const { uint32 } = createRandom(7)
    expect(new Set(draws.map((draw) => uint32(...draw))).size).toBe(draws.length)
  })

  test('is the same however many others were drawn before', () => {
    const random = createRandom(7)
    const draw = () => [random.uint32('s', 'o', 1), random.uint32('s', 'p', 1)]
    const first = draw()
    for (let index = 0; index < 10_000; index++) random.uint32('s', `other-${index}`)
    expect(draw()).toEqual(first)
  })

  test('turns over half of the bits on average where one bit of the hop changes', () => {
    const random = createRandom(7)
    const hops = Array.from({ length: 500 }, (_, hop) => hop)
    for (let bit = 0; bit < 32; bit++) {
      const flipped = hops.map((hop) =>
        bitsOf(random.uint32('s', 'o', hop) ^ random.uint32('s', 'o', (hop ^ (1 << bit)) >>> 0)),
      )
      const mean = flipped.reduce((sum, count) => sum + count, 0) / hops.length
      expect(Math.abs(mean - 16)).toBeLessThan(1)
    }
  })

  test('differs from seed to seed', () => {
    const values = Array.from({ length: 1_000 }, (_, seed) => createRandom(seed).uint32('s', 'o'))
    expect(new Set(values).size).toBeGreaterThan(990)
  })

  test.each<[string, (index: number) => Draw]>([
    ['operations', (index) => ['s', `op-${index}`, 0]],
    ['hops', (index) => ['s', 'op', index]],
    ['streams', (index) => [`s-${index}`, 'op', 0]],
  ])('is spread evenly over %s', (_, drawOf) => {
    const random = createRandom(1)
    const draws = 16_000
    const buckets = new Array<number>(16).fill(0)
    for (let index = 0; index < draws; index++) {
      const bucket = integer(random, 0, 16, ...drawOf(index))
      buckets[bucket] = (buckets[bucket] ?? 0) + 1
    }
    const expected = draws / buckets.length
    const chiSquare = buckets.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0)
    // 15 degrees of freedom: 1 in 1000 for a fair one, and this one always draws the same.
    expect(chiSquare).toBeLessThan(37.7)
  })

  test('keeps to its limits', () => {
    const lowest = { uint32: () => 0 }
    const highest = { uint32: () => 0xffff_ffff }
    expect([integer(lowest, 3, 5, 's', 'o'), integer(highest, 3, 5, 's', 'o')]).toEqual([3, 4])
    expect(uniform(lowest, 1, 2, 's', 'o')).toBe(1)
    expect(uniform(highest, 1, 2, 's', 'o')).toBeLessThan(2)
  })
})

function bitsOf(word: number): number {
  return (word >>> 0).toString(2).replaceAll('0', '').length
}
