import { deliver } from '@keyrace/contracts'
import type { Answer, Call, Inbox } from '@keyrace/environment'
import { describe, expect, test } from 'vitest'
import { receiveDeliveries } from './deliveries.ts'

const change = { revision: 7, kind: 'deleteApp', app: 'web', generation: 1 }
const delivery = { epoch: 'epoch-1', changes: [change], to: 7 }

describe('what the controller calls with', () => {
  test('is taken, and answered with how far that goes', async () => {
    const { call, taken } = await setUp()
    expect(await call(delivery)).toEqual({ status: 200, headers: {}, body: { applied: 7 } })
    expect(taken).toEqual([delivery])
  })

  test.each([
    ['nothing', null],
    ['no changes', { ...delivery, changes: undefined }],
    ['a change of no kind', { ...delivery, changes: [{ ...change, kind: 'secret' }] }],
    ['a name that nobody can have', { ...delivery, changes: [{ ...change, app: '../etc' }] }],
    ['a revision that is none', { ...delivery, to: -1 }],
    ['more than is sent at once', { ...delivery, changes: Array(1_001).fill(change) }],
  ])('is refused where it is %s', async (_, body) => {
    const { call, taken } = await setUp()
    expect(await call(body)).toMatchObject({
      status: 400,
      headers: { 'x-keyrace-code': 'invalid-request' },
    })
    expect(taken).toEqual([])
  })
})

async function setUp() {
  const taken: unknown[] = []
  let answer: (call: Pick<Call, 'input'>) => Promise<Answer> = () => expect.fail('it is not open')
  const inbox: Inbox = {
    async open(endpoint, answering) {
      expect(endpoint).toBe(deliver)
      answer = answering
      return { origin: 'http://inbox', secret: 'secret', close: async () => {} }
    },
  }
  await receiveDeliveries(inbox, (received) => {
    taken.push(received)
    return received.to
  })
  return { taken, call: (body: unknown) => answer({ input: { body } }) }
}
