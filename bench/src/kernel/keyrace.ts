import { type CodedRow, createHistory, operationCode, typeCode } from '@keyrace/checker'
import {
  type Drain,
  drawLatencyMs,
  type Simulation,
  simulate,
  type TraceSummary,
} from '@keyrace/simulation'
import { latencyMs, messagesOfPush, push, pushAll } from './push.ts'

/** Our own kernel, with all that a run has: trace hash, keyed latencies, banned globals, two history rows a push. */
export async function runKeyrace(pushes: number, drain?: Drain): Promise<TraceSummary> {
  const history = createHistory()
  const { trace } = await simulate(1, (simulation) => pushAll(pushes, pusher(simulation)), {
    ...(drain && { drain }),
  })
  return trace

  function pusher({ clock, kernel, random }: Simulation) {
    const user = history.strings.code('user')
    return async (number: number): Promise<void> => {
      append(typeCode('invoke'))
      const isAllowed = await push(
        (label, hop) =>
          new Promise((resolve) => {
            const delayMs = drawLatencyMs(
              random,
              latencyMs,
              'network',
              label,
              number * messagesOfPush + hop,
            )
            kernel.schedule(delayMs, label, resolve)
          }),
      )
      append(typeCode(isAllowed ? 'ok' : 'denied'))

      function append(type: number): void {
        history.appendCoded({
          ...blank,
          idx: history.length,
          t: clock.now(),
          op: number,
          type,
          user,
        })
      }
    }
  }
}

const blank: CodedRow = {
  idx: 0,
  t: 0,
  proc: 0,
  arm: 0,
  replica: 0,
  type: 0,
  f: operationCode('push'),
  op: 0,
  app: 0,
  generation: -1,
  user: 0,
  key: 0,
  ref: 0,
  old: 0,
  new: 0,
  revision: -1,
  authRevision: -1,
  source: 0,
  copyAgeMs: Number.NaN,
  reason: 0,
}
