import { expect, test } from 'vitest'
import { formatFill, parseFill } from './leases.ts'

test('a fill is read back from its header, whatever the grantor is called', () => {
  for (const fill of [
    { grantor: 'grantor-1', number: 0 },
    { grantor: 'a.1', number: 42 },
  ]) {
    expect(parseFill(formatFill(fill))).toEqual(fill)
  }
})

test.each(['', 'grantor-1', '.1', 'grantor-1.', 'grantor-1.-1', 'grantor-1.1e3'])(
  '%j allows nothing to be remembered',
  (text) => {
    expect(parseFill(text)).toBeUndefined()
  },
)
