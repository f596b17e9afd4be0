import { expect, test } from 'vitest'
import { goalsTable, sectionTable } from './table.ts'

const figures = {
  pairs: 1,
  pushes: 2,
  p50: 12.34,
  p95: 20,
  pushesPerSecond: 80,
  serverCpuPerPush: 9.87,
}

test('a section shows each lane beside the reference, and a dash for what has no value', () => {
  const lanes = [
    { name: 'a', ...figures, clientCpuPerPush: 3, ratio: { value: 0.2, ci95: [0.1, 0.3] } },
    { name: 'b', ...figures, clientCpuPerPush: Number.NaN, ratio: { value: null, ci95: null } },
  ] as const
  const section = { name: 'x', title: 'Title', reference: 'b', figure: 'latency' } as const
  expect(sectionTable({ ...section, lanes }).split('\n')).toEqual([
    'Title (CPU: ms per push)',
    '   p50 ms  p95 ms  pushes/s  CPU server  client  p50 ÷ b          95 %',
    'a    12.3    20.0      80.0         9.9     3.0     0.20  [0.10, 0.30]',
    'b    12.3    20.0      80.0         9.9       —        —             —',
  ])
})

test('a goal shows its verdict, its interval and its limit', () => {
  const goal = { id: 'x', text: 'quick', section: 's', a: 'a', b: 'b' }
  const text = goalsTable([
    { ...goal, limit: { atMost: 0.25 }, ratio: { value: 0.2, ci95: [0.1, 0.24] }, verdict: 'met' },
    { ...goal, limit: { atLeast: 2 }, ratio: { value: 1, ci95: [0.9, 1.1] }, verdict: 'missed' },
  ])
  expect(text).toContain('✓ quick  0.200  [0.10, 0.24]  ≤ 0.25')
  expect(text).toContain('✗ quick  1.000  [0.90, 1.10]     ≥ 2')
})
