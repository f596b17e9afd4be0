import { errorBody, headers } from '@keyrace/contracts'
import { type Answer, type Call, type Clock, sleep } from '@keyrace/environment'

/** How the controller fails: not at all, by its silence, with 500, or with what no contract foresees. */
export type Fault = 'none' | 'silent' | 'server-error' | 'wrong-body' | 'wrong-status' | 'no-stamp'

/** What stands between a transport and its controller, and spoils what goes through. */
export interface FaultyWay {
  answer(call: Call): Promise<Answer>
  /** Of what is asked and of what is answered from now on; of an open stream from its next event on. */
  fault: Fault
  /** What is asked from now on is read at once, and answered this much later. */
  answersAfterMs: number
  /** Another controller: the one before leaves its callers without an answer, and its streams end. */
  replace(answer: FaultyWay['answer']): void
}

export function createFaultyWay(clock: Clock, first: FaultyWay['answer']): FaultyWay {
  let controller = { answer: first, life: new AbortController() }
  let fault: Fault = 'none'
  let changed = Promise.withResolvers<void>()

  const way: FaultyWay = {
    get fault() {
      return fault
    },
    set fault(next) {
      fault = next
      changed.resolve()
      changed = Promise.withResolvers()
    },
    answersAfterMs: 0,
    replace(answer) {
      controller.life.abort()
      controller = { answer, life: new AbortController() }
    },
    async answer(call) {
      const { answer: ask, life } = controller
      // Neither of these reaches the controller: nothing comes of the call there.
      if (fault === 'silent') return never()
      if (fault === 'server-error') return serverError()
      const { answersAfterMs } = way
      const { events, ...reply } = await spoil(await ask(call), call)
      if (answersAfterMs > 0) await sleep(clock, answersAfterMs)
      if (life.signal.aborted) return never()
      return events === undefined ? reply : { ...reply, events: spoilEvents(events, life.signal) }
    },
  }
  return way

  async function spoil(answer: Answer, { endpoint }: Call): Promise<Answer> {
    switch (fault) {
      case 'none':
        return answer
      case 'silent':
        return never()
      case 'server-error':
        return serverError()
      case 'wrong-body':
        return { ...answer, status: endpoint.status, body: { username: 1, apps: 'web', users: {} } }
      case 'wrong-status':
        return { status: 203, headers: {}, body: null }
      case 'no-stamp':
        return { ...answer, headers: {} }
    }
  }

  /** Silence holds events back, as a stalled connection does; other faults end the stream. */
  function spoilEvents(events: AsyncIterable<unknown>, life: AbortSignal): AsyncIterable<unknown> {
    const iterator = events[Symbol.asyncIterator]()
    const end = { done: true, value: undefined } as const
    const ended = Promise.withResolvers<typeof end>()
    life.addEventListener('abort', stop, { once: true })
    const next = () => Promise.race([pass(), ended.promise])
    return { [Symbol.asyncIterator]: () => ({ next, return: stop }) }

    async function pass(): Promise<IteratorResult<unknown>> {
      const event = await iterator.next()
      while (fault === 'silent') await changed.promise
      if (fault === 'wrong-body') return { done: false, value: { kind: 'nonsense' } }
      return fault === 'none' ? event : stop()
    }

    async function stop() {
      ended.resolve(end)
      void iterator.return?.()
      return end
    }
  }
}

function serverError(): Answer {
  const code = { [headers.code]: 'server-error' }
  return { status: 500, headers: code, body: errorBody('server-error') }
}

function never(): Promise<never> {
  return new Promise(() => {})
}
