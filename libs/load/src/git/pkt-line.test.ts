import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createPacketParser, encodePacket, flushPacket, ProtocolError } from './pkt-line.ts'

describe('packets', () => {
  test('are read back whatever the network cuts them into', () => {
    const stream = Buffer.concat([encodePacket('one\n'), flushPacket, encodePacket('')])
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: stream.length })), (points) => {
        const cuts = [0, ...points.sort((a, b) => a - b), stream.length]
        const parse = createPacketParser()
        const packets = cuts.slice(1).flatMap((end, i) => parse(stream.subarray(cuts[i], end)))
        expect(packets.map((packet) => packet?.toString() ?? null)).toEqual(['one\n', null, ''])
      }),
    )
  })

  test('of the greatest length pass, and none that is longer is written', () => {
    const packet = encodePacket('x'.repeat(65_516))
    expect(createPacketParser()(packet)).toHaveLength(1)
    expect(() => encodePacket('x'.repeat(65_517))).toThrow(RangeError)
  })

  test.each(['0001', '0003', 'fff1', 'ffff', 'SSH-', '-001', '00 5'])(
    'do not begin with %s',
    (digits) => {
      expect(() => createPacketParser()(Buffer.from(digits))).toThrow(ProtocolError)
    },
  )
})
