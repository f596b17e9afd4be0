import { expect, test } from 'vitest'
import { formatPosition, parsePosition } from './feed.ts'

test.each(['e.0', 'epoch-1.7', 'a.b.12', '1.2.3'])('%s is read as it is written', (text) => {
  const position = parsePosition(text)
  expect(position && formatPosition(position)).toBe(text)
})

test.each(['', 'e', '.7', 'e.', 'e.-1', 'e.1.5x', 'e.1e3', 'e.9999999999999999'])(
  '"%s" is no position',
  (text) => expect(parsePosition(text)).toBeUndefined(),
)
