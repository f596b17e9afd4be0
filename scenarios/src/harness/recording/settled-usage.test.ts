import type { Usage } from '@keyrace/contracts'
import type { Arm } from '@keyrace/testbed'
import { expect, test } from 'vitest'
import { settledUsage } from './settled-usage.ts'

const poll = { name: 'poll' } as Arm

function charged(publish: number, bytes: number): Usage {
  return { requests: { identify: 1, authorize: 0, publish, background: 0 }, bytes }
}

/** What the controller says when it is asked again and again, after two pushes were accepted and one was not. */
function usageOf(...readings: Usage[]) {
  let now = 0
  const clock = {
    now: () => now,
    wall: () => 0,
    timer(ms: number, fire: () => void) {
      now += ms
      queueMicrotask(fire)
      return () => {}
    },
  }
  const usage = async () => ({ poll: readings.length > 1 ? readings.shift() : readings[0] })
  const ended = (outcome: string, arm = 'poll') => ({ arm, attempt: { outcome } })
  const pushes = () => [ended('ok'), ended('denied'), ended('ok'), ended('ok', 'fingerprint')]
  return settledUsage({ world: { clock, usage }, recorder: { pushes } } as never, poll)
}

test('counts the release that is recorded after its push was acknowledged, and what was answered', async () => {
  const readings = [charged(1, 100), charged(1, 100), charged(2, 100), charged(2, 140)]
  expect(await usageOf(...readings)).toEqual(charged(2, 140))
})

test('does not wait for ever for a release that nobody records', async () => {
  expect(await usageOf(charged(1, 100))).toEqual(charged(1, 100))
})
