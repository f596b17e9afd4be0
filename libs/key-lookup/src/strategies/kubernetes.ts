import { createNamespaceCopy } from '../namespace-copy.ts'
import { createRpcLookup, malformed, timeoutKnob } from '../rpc-lookup.ts'
import { strategy } from '../strategy.ts'

/** In the time that the last one is believed: one of them may fail. */
const listsBesideWatch = 3

/**
 * Apps are the namespaces with our labels, and whose a key is the controller says. It does not say where its
 * owner may push, and nobody else is asked: that is for the commit check, as the claim declares.
 */
export const kubernetes = strategy({
  description:
    'knows apps by their namespaces, asks whose the key is, leaves permission to the commit',
  knobs: {
    watch: {
      default: 0,
      minimum: 0,
      maximum: 1,
      description: '1: namespaces are watched, and listed three times in each H instead of each T',
    },
    intervalMs: { default: 1_000, minimum: 1, description: 'T: from one list to the next' },
    heartbeatMs: {
      default: 1_000,
      minimum: 10,
      description: 'H: how old the last list may be beside a watch',
    },
    timeoutMs: { ...timeoutKnob, description: 'S: how long a list or the controller may take' },
  },
  needs: ['kubernetes'],
  claim({ watch, intervalMs, heartbeatMs, timeoutMs }) {
    const asked = { formula: '0', ms: 0 }
    const app = watch
      ? { formula: 'H', ms: heartbeatMs }
      : { formula: 'T + S', ms: intervalMs + timeoutMs }
    return {
      revocation: { app, permission: { formula: 'at commit only', ms: null }, key: asked },
      grant: { app, permission: asked, key: asked },
      outage: { kind: 'fail-closed' },
      write: { formula: 'as long as Kubernetes takes', ms: null },
    }
  },
  create({ clock, controller, namespaces, points }, { watch, intervalMs, heartbeatMs, timeoutMs }) {
    if (namespaces === undefined) throw new TypeError('there is no cluster for kubernetes')
    const apps = createNamespaceCopy({
      ...{ clock, namespaces, timeoutMs, watches: watch !== 0, points },
      intervalMs: watch ? heartbeatMs / listsBesideWatch : intervalMs,
      boundMs: watch ? heartbeatMs : intervalMs + timeoutMs,
    })
    const rpc = createRpcLookup({ clock, controller, timeoutMs }, async ({ app, user, key }) => {
      const answer = await controller.call(
        'keyOwner',
        { params: { fingerprint: key.fingerprint }, query: {} },
        { timeoutMs, purpose: 'authorize' },
      )
      if (answer.stamp === undefined) return malformed
      const known = apps.find(app)
      if (typeof known === 'string') return { kind: 'unknown', reason: known }
      const { generation, copyAgeMs } = known
      const { epoch, revision } = answer.stamp
      const grounds = { source: watch ? 'watch' : 'cache', epoch, revision, copyAgeMs } as const
      const isTheirs = answer.ok && answer.body.username === user
      if (!isTheirs) return { kind: 'denied', code: 'key-not-found', ...grounds }
      if (generation === undefined) return { kind: 'denied', code: 'app-not-found', ...grounds }
      return { kind: 'allowed', generation, ...grounds }
    })
    return { ...rpc, start: apps.start, close: apps.close }
  },
})
