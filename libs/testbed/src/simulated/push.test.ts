import { createNetwork, simulate } from '@keyrace/simulation'
import { expect, test } from 'vitest'
import type { SimulatedChannel } from './channel.ts'
import { pushSimulated } from './push.ts'

const task = { app: 'web', ref: 'refs/heads/main', nonce: 'one' }
const old = 'a'.repeat(40)
const refs = new Map([[task.ref, old]])

type Script = (channel: SimulatedChannel) => unknown

test.each<readonly [string, string, string | null, Script]>([
  ['silence', 'info', 'no end after 50 ms', () => {}],
  ['a denial', 'denied', 'no', (channel) => channel.refuse('denied: no')],
  ['an outage', 'unavailable', 'later', (channel) => channel.refuse('unavailable: later')],
  ['another push', 'busy', 'wait', (channel) => channel.refuse('busy: wait')],
  ['words of no kind', 'denied', 'what?', (channel) => channel.refuse('what?')],
  ['ok and exit status 0', 'ok', null, reporting(true, 0)],
  ['ok and exit status 1', 'info', 'exit status 1', reporting(true, 1)],
  ['no ok', 'rejected', 'hook declined', reporting(false, 1)],
  ['no report', 'info', 'exit status 0', (channel) => channel.finish(0)],
])('%s comes to %s', async (_, outcome, reason, script) => {
  expect(await pushTo(script)).toMatchObject({ outcome, reason, exec: 3 })
})

test('a push asks to move its ref from where the advertisement says it is', async () => {
  let asked: unknown
  const attempt = await pushTo(async (channel) => {
    asked = await channel.advertise(refs)
    channel.finish(1)
  })
  expect(attempt.advertised).toEqual(refs)
  expect(attempt.update).toMatchObject({
    ref: task.ref,
    old,
    new: expect.stringMatching(/^\w{40}$/),
  })
  const { update, sentBytes } = attempt
  const commits = [{ id: update?.new, parent: old }]
  expect(asked).toEqual({ updates: [update], commits, bytes: sentBytes })
})

function reporting(ok: boolean, exitCode: number): Script {
  return async (channel) => {
    await channel.advertise(refs)
    channel.report(new Map([[task.ref, ok ? null : 'hook declined']]))
    channel.finish(exitCode)
  }
}

async function pushTo(script: Script) {
  const { result } = await simulate(1, async ({ clock, kernel, random }) => {
    const network = createNetwork({ kernel, random, latencyMs: { from: 1, to: 2 } })
    const session = {
      isOpen: () => true,
      probe: async () => true,
      authenticate: async () => true,
      exec: (_: string, channel: SimulatedChannel) => void script(channel),
    }
    const toBuilder = network.link('client', 'builder').stream('client')
    const toClient = network.link('builder', 'client').stream('client')
    const line = { isBroken: () => false, onBreak: () => () => {} }
    const ends = { session, line, toBuilder, toClient }
    return pushSimulated({ clock, random, ...ends, timeoutMs: 50 }, 3, task)
  })
  return result
}
