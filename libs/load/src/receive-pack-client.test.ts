import { describe, expect, test } from 'vitest'
import { encodePacket, flushPacket, ProtocolError } from './git/pkt-line.ts'
import { createReceivePackReader, pushRequest } from './receive-pack-client.ts'

const ref = 'refs/heads/main'
const [one, two] = ['1'.repeat(40), '2'.repeat(40)]
const advertisement = Buffer.concat([
  encodePacket(`${one} ${ref}\0report-status side-band-64k\n`),
  encodePacket(`${two} .have\n`),
  flushPacket,
])

describe('a push', () => {
  test.each([1, 3, 1000])('that git reports as done is read from chunks of %d bytes', (size) => {
    const stream = Buffer.concat([advertisement, band(2, 'hi'), report(`ok ${ref}`), flushPacket])
    expect(read(stream, size)).toEqual([
      { kind: 'advertised', refs: new Map([[ref, one]]) },
      { kind: 'reported', ok: true, reason: null },
    ])
  })

  test('to an empty repository sees no refs', () => {
    const empty = encodePacket(`${'0'.repeat(40)} capabilities^{}\0report-status\n`)
    expect(read(Buffer.concat([empty, flushPacket]))).toEqual([
      { kind: 'advertised', refs: new Map() },
    ])
  })

  test.each([
    ['denied: there is no app x', 'denied', 'there is no app x'],
    ['unavailable: try again', 'unavailable', 'try again'],
    ['busy: alice is pushing: wait', 'busy', 'alice is pushing: wait'],
    ['access to x was refused', 'denied', 'access to x was refused'],
  ])('that the server answers with ERR %s is refused', (text, outcome, reason) => {
    expect(read(encodePacket(`ERR ${text}\n`))).toEqual([{ kind: 'refused', outcome, reason }])
  })

  test('is not refused any more once it was let in: an ERR then tells of a server that died', () => {
    const events = read(Buffer.concat([advertisement, encodePacket('ERR unavailable: disk full')]))
    expect(events.at(-1)).toEqual({ kind: 'died', reason: 'unavailable: disk full' })
  })

  test('that a hook declined carries what the hook said', () => {
    const words = band(2, 'denied: your key was removed\n')
    const events = read(
      Buffer.concat([advertisement, words, report(`ng ${ref} pre-receive hook declined`)]),
    )
    expect(events.at(-1)).toMatchObject({ ok: false, reason: 'denied: your key was removed' })
  })

  test('that git declined carries what git said', () => {
    const noise = band(2, 'Resolving deltas\n')
    const events = read(Buffer.concat([advertisement, noise, report(`ng ${ref} fetch first`)]))
    expect(events.at(-1)).toEqual({ kind: 'reported', ok: false, reason: 'fetch first' })
  })

  test('whose pack was not unpacked is not done, whatever the ref line says', () => {
    const lines = ['unpack index-pack abnormal exit', `ng ${ref} unpacker error`]
    const events = read(Buffer.concat([advertisement, band(1, reportOf(lines))]))
    expect(events.at(-1)).toEqual({ kind: 'reported', ok: false, reason: 'unpacker error' })
  })

  test('is neither done nor refused when the server dies', () => {
    const events = read(Buffer.concat([advertisement, band(3, 'out of memory\n')]))
    expect(events.at(-1)).toEqual({ kind: 'died', reason: 'out of memory' })
  })

  test('keeps no more than the last 8 KiB of progress', () => {
    const words = band(2, `${'x'.repeat(20_000)}end`)
    const events = read(
      Buffer.concat([advertisement, words, report(`ng ${ref} pre-receive hook declined`)]),
    )
    expect(events.at(-1)).toMatchObject({ reason: `${'x'.repeat(8189)}end` })
  })

  test.each([
    ['a greeting', encodePacket('hello\n')],
    ['an unknown side band', Buffer.concat([advertisement, band(9, 'x')])],
    ['an ok without a pack', Buffer.concat([advertisement, band(1, reportOf([`ok ${ref}`]))])],
    ['a report on another ref', Buffer.concat([advertisement, report('ok refs/heads/other')])],
  ])('is not read from %s', (_, stream) => {
    expect(() => read(stream)).toThrow(ProtocolError)
  })

  test('asks for a report in a side band, then sends its pack', () => {
    const request = pushRequest({ ref, old: one, new: two }, Buffer.from('PACK'))
    expect(request.toString()).toBe(
      `00a2${one} ${two} ${ref}\0report-status side-band-64k agent=keyrace object-format=sha1` +
        '0000PACK',
    )
  })
})

function read(stream: Buffer, size = stream.length) {
  const receive = createReceivePackReader(ref)
  const starts = Array.from({ length: Math.ceil(stream.length / size) }, (_, i) => i * size)
  return starts.flatMap((start) => receive(stream.subarray(start, start + size)))
}

function band(number: number, content: string | Buffer): Buffer {
  const payload = `${String.fromCharCode(number)}${content}`
  return encodePacket(payload)
}

function report(line: string): Buffer {
  return band(1, reportOf(['unpack ok', line]))
}

function reportOf(lines: readonly string[]): Buffer {
  return Buffer.concat([...lines.map((line) => encodePacket(`${line}\n`)), flushPacket])
}
