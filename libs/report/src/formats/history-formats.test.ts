import { expect, test } from 'vitest'
import { exampleRecord } from '../testing/example-run.ts'
import { formats } from './index.ts'

const { history } = exampleRecord()

function lines(format: 'jepsen' | 'porcupine') {
  const text = formats[format].write(exampleRecord()).trimEnd()
  return text.split('\n').map((line) => JSON.parse(line))
}

test('no process of a Jepsen history does two things at once', () => {
  const busy = new Set()
  for (const { process, type } of lines('jepsen')) {
    if (process === 'nemesis') continue
    expect(busy.has(process)).toBe(type !== 'invoke')
    if (type === 'invoke') busy.add(process)
    else busy.delete(process)
  }
  expect(lines('jepsen')).toHaveLength(history.length)
})

test('every call of Porcupine returns, once and later', () => {
  const open = new Set()
  for (const { kind, id } of lines('porcupine')) {
    expect(open.delete(id)).toBe(kind === 'return')
    if (kind === 'call') open.add(id)
  }
  expect(open.size).toBe(0)
  expect(lines('porcupine').length).toBeGreaterThan(100)
})

test('what ended unknown returns after everything that is known', () => {
  const [first, ...others] = history
  if (first === undefined) throw new Error('the example has no history')
  const lost = { ...exampleRecord(), history: [{ ...first, type: 'invoke' as const }, ...others] }
  const unknown = { ...first, type: 'info' as const, idx: history.length }
  const text = formats.porcupine.write({
    ...lost,
    history: [
      lost.history[0] as typeof first,
      unknown,
      ...others.filter(({ op }) => op !== first.op),
    ],
  })
  expect(JSON.parse(text.trimEnd().split('\n').at(-1) ?? '')).toMatchObject({
    kind: 'return',
    value: { type: 'info' },
  })
})
