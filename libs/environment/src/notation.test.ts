import { expect, test } from 'vitest'
import { readAddress, readDurationMs } from './notation.ts'

test.each([
  ['50us', 0.05],
  ['0.3ms', 0.3],
  ['10s', 10_000],
  ['0ms', 0],
])('%s is %d ms', (text, ms) => {
  expect(readDurationMs(text)).toBeCloseTo(ms)
})

test.each(['', '10', 'ms', '-1s', '1 s', '1e3ms', '1h', '.5s'])('%j is no duration', (text) => {
  expect(readDurationMs(text)).toBeUndefined()
})

test.each([
  ['127.0.0.1:8000', { host: '127.0.0.1', port: 8000 }],
  ['[::1]:0', { host: '::1', port: 0 }],
])('%s is an address', (text, address) => {
  expect(readAddress(text)).toEqual(address)
})

test.each(['', ':80', '127.0.0.1', '127.0.0.1:', 'host:65536', 'host:-1'])(
  '%j is no address',
  (text) => {
    expect(readAddress(text)).toBeUndefined()
  },
)
