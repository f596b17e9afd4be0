import { createRandom } from '@keyrace/environment'
import { drawLatencyMs } from '@keyrace/simulation'
import { Effect } from 'effect'
import { TestClock } from 'effect/testing'
import { clients, latencyMs, messagesOfPush } from './push.ts'

/** More than the longest push takes. */
const stepMs = 10

/** Effect's TestClock: the same push in generators, which are what it drives, and nothing beside it. */
export async function runEffect(pushes: number): Promise<number> {
  const random = createRandom(1)
  let messages = 0
  let left = clients

  const program = Effect.gen(function* () {
    for (let client = 0; client < clients; client++) yield* Effect.forkChild(pushInTurn(client))
    while (left > 0) yield* TestClock.adjust(stepMs)
    return messages
  })
  return await Effect.runPromise(Effect.provide(program, TestClock.layer()))

  function pushInTurn(client: number) {
    return Effect.gen(function* () {
      for (let number = client; number < pushes; number += clients) yield* push(number)
      left--
    })
  }

  function push(number: number) {
    return Effect.gen(function* () {
      yield* hop('client > builder', 0)
      const isAllowed = yield* Effect.gen(authorize)
      if (isAllowed) yield* Effect.gen(receive)
      yield* hop('builder > client', messagesOfPush - 1)
      return isAllowed
    })

    function* authorize() {
      yield* hop('builder > controller', 1)
      const right = yield* Effect.gen(read)
      yield* hop('controller > builder', 4)
      return right > 0
    }

    function* read() {
      yield* hop('controller > database', 2)
      yield* hop('database > controller', 3)
      return 1
    }

    function* receive() {
      yield* hop('builder > git', 5)
      yield* hop('git > builder', 6)
    }

    function hop(label: string, nth: number) {
      messages++
      return Effect.sleep(
        drawLatencyMs(random, latencyMs, 'network', label, number * messagesOfPush + nth),
      )
    }
  }
}
