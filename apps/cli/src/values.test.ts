import { expect, test } from 'vitest'
import { durationMs, integerIn, names, setting } from './values.ts'

test.each([
  ['0.3ms', 0.3],
  ['50us', 0.05],
  ['1s', 1_000],
  ['0ms', 0],
])('%s is a duration', (text, ms) => {
  expect(durationMs(text)).toBeCloseTo(ms)
})

test.each(['', '3', '-1ms', '1e3ms', '3 ms', '3m', 'ms', '61s', '0.3ms,10ms', 'Infinityms'])(
  '%j is no duration',
  (text) => {
    expect(() => durationMs(text)).toThrow('It is a duration')
  },
)

test.each(['', '1.5', '-1', '0', '65', '0x10', '1e1', ' 3', 'NaN', '9'.repeat(400)])(
  '%j is no number of replicas',
  (text) => {
    expect(() => integerIn({ minimum: 1, maximum: 64 })(text)).toThrow('1 to 64')
  },
)

test.each([
  'poll',
  'poll.intervalMs',
  'poll=5',
  '.x=5',
  'poll.x=',
  'poll.x=-1',
  'poll.x=1e9',
  'a.b.c=1',
])('%j is no setting', (text) => {
  expect(() => setting(text)).toThrow('<strategy>.<knob>=<number>')
})

test('repeated options add up', () => {
  expect(names('c', names('a, b'))).toEqual(['a', 'b', 'c'])
  expect(setting('poll.a=1.5', setting('poll.b=2')).map(({ knob }) => knob)).toEqual(['b', 'a'])
})
