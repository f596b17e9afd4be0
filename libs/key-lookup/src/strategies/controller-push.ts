import { longestTermMs } from '@keyrace/contracts'
import { askOnMiss } from '../ask-on-miss.ts'
import { alike, onceConfirmed, unhinderedWrites } from '../claims.ts'
import { confirmDenials, confirmDenialsKnob } from '../confirm-denials.ts'
import { createCopy } from '../copy.ts'
import { createPushedCopy } from '../pushed-copy.ts'
import { strategy } from '../strategy.ts'

/** Two may fail before the term is over. */
const renewalsInTerm = 3
const reason = 'changes-missed'

/**
 * The controller calls an HTTP server in each builder when keys, permissions or apps change. A mutation commits
 * first, and the builders are told afterwards: until it is acknowledged, one of them may deny what another still
 * allows. So the decisions are not linearizable, even where they are never older than an acknowledgement.
 *
 * Whatever the copy cannot answer is asked, so what was missed costs time and no rights.
 */
export const controllerPush = strategy({
  description: 'keeps a whole copy, and is called by the controller with each change to it',
  knobs: {
    acknowledged: {
      default: 1,
      minimum: 0,
      maximum: 1,
      description: '1: a mutation is acknowledged once every builder knows of it; 0: at once',
    },
    reconcileMs: {
      default: 1_000,
      minimum: 1,
      description: 'R: from looking for missed calls to looking again, at most',
    },
    termMs: {
      default: 3_000,
      minimum: 10,
      maximum: longestTermMs,
      description: 'T: how long a builder that does not answer holds a mutation up',
    },
    confirmDenials: confirmDenialsKnob,
    timeoutMs: { default: 1_000, minimum: 1, description: 'S: how long the controller may take' },
  },
  mostKeys: 200_000,
  claim({ acknowledged, confirmDenials, reconcileMs, termMs, timeoutMs }) {
    const missedMs = reconcileMs + timeoutMs
    const lag = acknowledged ? alike('0', 0) : alike('R + S', missedMs)
    return {
      revocation: lag,
      grant: confirmDenials ? onceConfirmed(lag) : lag,
      outage: { kind: 'bounded', ms: acknowledged ? termMs : missedMs },
      write: acknowledged ? { formula: 'T + S', ms: termMs + timeoutMs } : unhinderedWrites,
    }
  },
  create(deps, { acknowledged, reconcileMs, ...knobs }) {
    const { clock, controller, inbox, replica } = deps
    if (inbox === undefined) throw new TypeError('controller-push is called, and needs an inbox')
    const { termMs, timeoutMs } = knobs
    const boundMs = acknowledged ? termMs : reconcileMs + timeoutMs
    const copy = createCopy({ clock, boundMs, source: 'push' })
    const { start, isUsable, close } = createPushedCopy({
      ...{ clock, bootClock: deps.bootClock ?? clock.now },
      ...{ controller, copy, inbox, replica, termMs, timeoutMs, points: deps.points },
      mode: acknowledged ? 'acknowledged' : 'fire-and-forget',
      intervalMs: Math.min(reconcileMs, termMs / renewalsInTerm),
    })
    const rpc = { clock, controller, timeoutMs }
    const lookup = askOnMiss(rpc, {
      identify: async (key) => (isUsable() ? copy.identify(key) : { kind: 'unavailable', reason }),
      authorize: async (request) =>
        isUsable() ? copy.authorize(request) : { kind: 'unknown', reason },
    })
    return { start, close, ...(knobs.confirmDenials ? confirmDenials(rpc, lookup) : lookup) }
  },
})
