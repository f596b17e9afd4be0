import { errorBody, errors, headers } from '@keyrace/contracts'
import { type Answer, type Call, type Clock, sleep } from '@keyrace/environment'
import type { Impediments } from '@keyrace/simulation'

/** A controller that takes its time, or says that it failed: before it did anything, or once it is all done. */
export function withImpediments(
  clock: Clock,
  impediments: Impediments,
  answer: (call: Call) => Promise<Answer>,
): (call: Call) => Promise<Answer> {
  return async (call) => {
    const impediment = impediments.meet(call.endpoint.path)
    if (impediment === undefined) return answer(call)
    const { addedMs, failure } = impediment
    // A stream that nobody reads would never end.
    const isUndone = failure === 'before' || (failure === 'after' && call.endpoint.events)
    const answered = isUndone ? serverError : await answer(call)
    if (addedMs > 0) await sleep(clock, addedMs)
    return failure === undefined ? answered : serverError
  }
}

const serverError: Answer = {
  status: errors['server-error'].status,
  headers: { [headers.code]: 'server-error' },
  body: errorBody('server-error'),
}
