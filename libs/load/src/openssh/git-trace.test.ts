import { expect, test } from 'vitest'
import { createTraceReader } from './git-trace.ts'

const [one, two] = ['1'.repeat(40), '2'.repeat(40)]

test('a trace tells of the advertisement, of the command and of the report', () => {
  const moments = read([
    `push< ${one} refs/heads/main\\0report-status side-band-64k`,
    `push< ${two} refs/heads/\\303\\251t\\303\\251`,
    `push< ${two} .have`,
    'push< 0000',
    `push> ${one} ${two} refs/heads/main\\0 report-status`,
    'push> 0000',
    'sideband< \\1000eunpack ok0017ok refs/heads/main0000',
    'push< unpack ok',
    'push< ok refs/heads/main',
    'push< 0000',
    'sideband< 0000',
  ])
  const refs = new Map([
    ['refs/heads/main', one],
    ['refs/heads/été', two],
  ])
  expect(moments).toEqual([{ kind: 'advertised', refs }, { kind: 'sent' }, { kind: 'reported' }])
})

test('a trace of a refusal tells nothing', () => {
  expect(read(['push< ERR denied: 0000'])).toEqual([])
})

test('the capabilities of an empty repository are not a ref', () => {
  const lines = [`push< ${'0'.repeat(40)} capabilities^{}\\0report-status`, 'push< 0000']
  expect(read(lines)).toEqual([{ kind: 'advertised', refs: new Map() }])
})

function read(lines: readonly string[]) {
  const readLine = createTraceReader()
  return lines.flatMap((line) => {
    return readLine(`06:03:19.417332 pkt-line.c:80           packet:     ${line}`) ?? []
  })
}
