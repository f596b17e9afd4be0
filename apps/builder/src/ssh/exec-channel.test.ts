import { PassThrough } from 'node:stream'
import type { ServerChannel } from 'ssh2'
import { describe, expect, test } from 'vitest'
import { createExecChannel } from './exec-channel.ts'

/** What a client of one exec request gets, in the order in which it is sent. */
function converse(command: string, { room = 1_000 } = {}) {
  const sent: string[] = []
  const stream = Object.assign(new PassThrough(), {
    outgoing: { window: room },
    stderr: { write: (text: string) => sent.push(`stderr ${text}`) },
    exit: (code: number) => sent.push(`exit ${code}`),
  })
  stream.write = (text: unknown) => sent.push(`stdout ${text}`) > 0
  stream.end = () => {
    sent.push('end')
    return stream
  }
  const channel = createExecChannel({
    stream: stream as unknown as ServerChannel,
    command,
    gone: new AbortController().signal,
    gitProtocol: undefined,
  })
  return { channel, sent }
}

describe('a refusal', () => {
  test('before git has spoken is in git’s own framing', () => {
    const { channel, sent } = converse("git-receive-pack 'x'")
    channel.refuse('denied: ö')
    expect(sent).toEqual(['stdout 0012ERR denied: ö', 'exit 1', 'end'])
  })

  test('of anything but git is on the standard error', () => {
    const { channel, sent } = converse('ls')
    channel.refuse('denied: no')
    expect(sent).toEqual(['stderr denied: no\n', 'exit 1', 'end'])
  })

  test.each([
    [100, ['stderr unavailable: no\n']],
    [10, []],
  ])('after git has spoken is beside it, where there is room for it: %d', async (room, said) => {
    const { channel, sent } = converse("git-receive-pack 'x'", { room })
    const git = new PassThrough()
    git.pipe(channel.output, { end: false })
    git.write('advertisement')
    await expect.poll(() => sent).toEqual(['stdout advertisement'])
    channel.refuse('unavailable: no')
    expect(sent.slice(1)).toEqual([...said, 'exit 1', 'end'])
  })
})
