import { expect, test } from 'vitest'
import { curvePoint } from './curve-point.ts'

test('a point is the mean of its blocks, with an interval that more blocks make narrower', () => {
  const few = curvePoint(10, [40, 44], 16)
  const many = curvePoint(10, [40, 44, 40, 44, 40, 44], 48)
  expect(few).toMatchObject({ x: 10, y: 42, count: 16 })
  expect(few.ci95?.[0]).toBeLessThan(many.ci95?.[0] ?? 0)
  expect(few.ci95?.[1]).toBeGreaterThan(many.ci95?.[1] ?? 0)
})

test('one block has no interval, and none has no value', () => {
  expect(curvePoint(1, [40], 5)).toEqual({ x: 1, y: 40, ci95: null, count: 5 })
  expect(curvePoint(1, [], 0)).toEqual({ x: 1, y: null, ci95: null, count: 0 })
})
