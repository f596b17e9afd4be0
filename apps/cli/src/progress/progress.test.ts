import type { ProgressEvent } from '@keyrace/scenarios'
import { expect, test } from 'vitest'
import { createBlock } from './block.ts'
import { createLines } from './lines.ts'
import { createProgress } from './progress.ts'
import type { View, ViewDeps } from './view.ts'

function viewed(create: (deps: ViewDeps) => View, columns = 80) {
  const written: string[] = []
  const time = { nowMs: 5_000 }
  let due: (() => void) | undefined
  const clock = {
    now: () => time.nowMs,
    wall: () => 0,
    timer: (_: number, callback: () => void) => {
      due = callback
      return () => {
        due = undefined
      }
    },
  }
  const output = { write: (text: string) => written.push(text), columns }
  return { ...create({ output, clock }), written, time, tick: () => due?.() }
}

const held = (count: number): ProgressEvent => ({ kind: 'races', held: count, planned: 200 })
const stale: ProgressEvent = { kind: 'race', text: `${'x'.repeat(200)}\n\u001b[31mred` }

test('plain lines tell every phase, and between them at most one thing a second', () => {
  const { show, written, time } = viewed(createLines)
  show({ kind: 'phase', name: 'loading' })
  show({ kind: 'phase', name: 'racing' })
  for (let count = 1; count <= 50; count++) show(held(count))
  expect(written).toEqual(['loading\n', 'racing\n', '  1 of 200 races held\n'])
  time.nowMs += 1_000
  show(held(51))
  show(held(52))
  expect(written.slice(3)).toEqual(['  51 of 200 races held\n'])
})

test('what was seen in the races does not crowd out how far they are', () => {
  const { show, written } = viewed(createLines)
  const seen = { kind: 'race', text: 'seen' } as const
  for (const event of [seen, held(1), seen, held(2)]) show(event)
  expect(written).toEqual(['  seen\n', '  1 of 200 races held\n'])
})

test('where arms take turns, only those of this one are told of', () => {
  const { show, written, time } = viewed(createLines)
  const arm = (name: string): ProgressEvent => {
    return { kind: 'arm', arm: name, accepted: 1, denied: 0, other: 0, p50Ms: null }
  }
  for (const event of [arm('poll'), { kind: 'turn' } as const]) show(event)
  time.nowMs += 1_000
  show(arm('etcd'))
  expect(written.at(-1)).toContain('etcd 1 accepted')
  expect(written.at(-1)).not.toContain('poll')
})

test('a block is drawn over itself, and never has a line that wraps', () => {
  const { show, written, tick } = viewed(createBlock, 40)
  show({ kind: 'phase', name: 'racing' })
  tick()
  for (let count = 1; count <= 50; count++) show(held(count))
  for (let count = 1; count <= 9; count++) show(stale)
  tick()
  expect(written).toHaveLength(2)
  const [, redrawn = ''] = written
  expect(redrawn.startsWith('\u001b[1A\u001b[0J')).toBe(true)
  const lines = redrawn.slice('\u001b[1A\u001b[0J'.length).trimEnd().split('\n')
  expect(lines).toHaveLength(4)
  for (const line of lines) expect(line.length).toBeLessThan(40)
  expect(lines.join('')).not.toContain('\u001b')
})

test('an ended block has drawn everything and draws no more', () => {
  const { show, end, tick, written } = viewed(createBlock)
  show(held(200))
  end()
  expect(written.join('')).toContain('200/200')
  const drawn = written.length
  tick()
  end()
  expect(written).toHaveLength(drawn)
})

test('nothing is written while the event is told, and all of it before the end', async () => {
  const written: string[] = []
  const clock = { now: () => 5_000, wall: () => 0, timer: () => () => {} }
  const output = { write: (text: string) => written.push(text) }
  const { show, end } = createProgress({ output, clock, live: false })
  show({ kind: 'phase', name: 'checking' })
  expect(written).toEqual([])
  await end()
  expect(written).toEqual(['checking\n'])
})
