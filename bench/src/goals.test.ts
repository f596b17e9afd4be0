import { describe, expect, test } from 'vitest'
import type { Block } from './block.ts'
import { ratioOf } from './figures.ts'
import { judge } from './goals.ts'

describe('a goal', () => {
  test.each([
    { limit: { atMost: 0.25 }, ci95: [0.18, 0.25], verdict: 'met' },
    { limit: { atMost: 0.25 }, ci95: [0.18, 0.26], verdict: 'open' },
    { limit: { atMost: 0.25 }, ci95: [0.25, 0.3], verdict: 'open' },
    { limit: { atMost: 0.25 }, ci95: [0.26, 0.3], verdict: 'missed' },
    { limit: { atLeast: 2.6 }, ci95: [2.6, 3], verdict: 'met' },
    { limit: { atLeast: 2.6 }, ci95: [2.5, 3], verdict: 'open' },
    { limit: { atLeast: 2.6 }, ci95: [2, 2.5], verdict: 'missed' },
  ] as const)('of $limit with an interval of $ci95 is $verdict', ({ limit, ci95, verdict }) => {
    expect(judge(limit, { value: 1, ci95 })).toBe(verdict)
  })

  test('is open as long as nothing was measured', () => {
    expect(judge({ atMost: 1 }, { value: null, ci95: null })).toBe('open')
  })
})

describe('a ratio', () => {
  const blocks = (...blocks: (readonly [ms: readonly number[], tookMs: number])[]): Block[] =>
    blocks.map(([ms, tookMs]) => {
      return { pushes: ms.map((ms) => ({ ms })), tookMs, serverCpuMs: 0, clientCpuMs: 0 }
    })
  const a = blocks([[10, 20, 900], 60], [[30, 40, 50], 120])
  const b = blocks([[40, 40, 40], 30], [[80, 80, 80], 60])

  test('of latencies compares the medians of blocks that ran side by side', () => {
    const { value, ci95 } = ratioOf(a, b, 'latency')
    expect(value).toBeCloseTo(0.5)
    expect(ci95?.[0]).toBeCloseTo(0.5)
  })

  test('of rates compares pushes per second', () => {
    expect(ratioOf(a, b, 'rate').value).toBeCloseTo(0.5)
  })

  test('has no value below two pairs, or where the other side did not run', () => {
    const nothing = { value: null, ci95: null }
    expect(ratioOf(a.slice(1), b, 'latency')).toEqual(nothing)
    expect(ratioOf(a, undefined, 'latency')).toEqual(nothing)
  })
})
