import { describe, expect, test } from 'vitest'
import { blockOrder } from './block-order.ts'

const orders = (arms: string[], blocks: number) =>
  Array.from({ length: blocks }, (_, n) => blockOrder(arms, n + 1).join(''))

describe('the order of blocks', () => {
  test('of two arms is ABBA and then BAAB', () => {
    expect(orders(['A', 'B'], 4)).toEqual(['AB', 'BA', 'BA', 'AB'])
  })

  test.each([2, 3, 4])('puts each of %d arms equally often in each place', (count) => {
    const arms = ['A', 'B', 'C', 'D'].slice(0, count)
    const all = orders(arms, 2 * count)
    for (const arm of arms) {
      const places = all.map((order) => order.indexOf(arm)).toSorted()
      expect(places).toEqual(arms.flatMap((_, place) => [place, place]))
    }
  })

  test('runs every arm once in each block', () => {
    for (const order of orders(['A', 'B', 'C'], 12))
      expect([...order].toSorted()).toEqual(['A', 'B', 'C'])
  })
})
