import { describe, expect, test } from 'vitest'
import { readVerdict } from './git-verdict.ts'

const ref = 'refs/heads/main'
const said = { stdout: '', stderr: '', exitCode: 0, advertised: true }
const status = (flag: string, summary: string) =>
  `To ssh://builder/x.git\n${flag}\tabc:${ref}\t${summary}\nDone\n`

describe('a push', () => {
  test.each([
    [' ', 'abc..def'],
    ['+', 'abc...def (forced update)'],
    ['*', '[new branch]'],
  ])('whose ref moved with flag %j is acknowledged', (flag, summary) => {
    const verdict = readVerdict(ref, { ...said, stdout: status(flag, summary) })
    expect(verdict).toEqual({ outcome: 'ok', reason: null })
  })

  test('that was up to date has asked for nothing', () => {
    const upToDate = { ...said, stdout: status('=', '[up to date]') }
    expect(readVerdict(ref, upToDate)).toEqual({ outcome: 'noop', reason: null })
    expect(readVerdict(ref, { ...upToDate, exitCode: 1 }).outcome).toBe('info')
  })

  test.each([
    ['that ended with another code', { stdout: status('*', '[new branch]'), exitCode: 1 }],
    ['that a signal ended', { stdout: status('*', '[new branch]'), exitCode: null }],
    ['that said nothing', {}],
    ['of another ref', { stdout: status('*', '[new branch]').replace(ref, 'refs/heads/other') }],
    ['that was not reported', { stdout: status('!', '[remote failure] (no report)'), exitCode: 1 }],
    ['that git itself refused', { stdout: status('!', '[rejected] (fetch first)'), exitCode: 1 }],
    ['that broke', { stderr: 'fatal: the remote end hung up unexpectedly\n', exitCode: 128 }],
    [
      'on which the server died after it had let it in',
      { stderr: 'fatal: remote error: denied: out of memory\n', exitCode: 128 },
    ],
  ])('%s is unknown', (_, words) => {
    expect(readVerdict(ref, { ...said, ...words })).toMatchObject({
      outcome: 'info',
      reason: expect.any(String),
    })
  })

  test.each(['denied', 'unavailable', 'busy'])(
    'that was answered with ERR %s is that',
    (outcome) => {
      const stderr = `fatal: remote error: ${outcome}: wait: a bit\n`
      expect(readVerdict(ref, { ...said, stderr, exitCode: 128, advertised: false })).toEqual({
        outcome,
        reason: 'wait: a bit',
      })
    },
  )

  test('that git at the server refused is rejected, for its reason', () => {
    const stdout = status('!', '[remote rejected] (unpacker error)')
    const stderr = 'remote: fatal: pack exceeds maximum allowed size        \n'
    expect(readVerdict(ref, { ...said, stdout, stderr, exitCode: 1 })).toEqual({
      outcome: 'rejected',
      reason: 'unpacker error',
    })
  })

  test('that a hook declined is rejected, in the words of the hook', () => {
    const stdout = status('!', '[remote rejected] (pre-receive hook declined)')
    const stderr = 'remote: denied: your key        \nremote: was removed        \n'
    expect(readVerdict(ref, { ...said, stdout, stderr, exitCode: 1 })).toEqual({
      outcome: 'rejected',
      reason: 'denied: your key\nwas removed',
    })
  })
})
