import { zeroSha } from '@keyrace/contracts'
import { ask } from '../ask.ts'
import type { AuthorizationRequest, Decision } from '../key-lookup.ts'
import { createRenderedKeys } from '../rendered-keys.ts'
import { decisionsOn } from '../rpc-lookup.ts'
import { strategy } from '../strategy.ts'

/**
 * What Deis v1 did, and where the thread began: the keys come from etcd into one file, which is read anew and
 * gone through for every key that is offered; then the historic push hook says whether the user may push.
 */
export const etcd = strategy({
  description: 'renders all keys in etcd into one file each T, scans it, and asks the push hook',
  knobs: {
    intervalMs: {
      default: 5_000,
      minimum: 1,
      description: 'T: from one reading of etcd to the next',
    },
    timeoutMs: {
      // A whole platform's keys are a large answer, and a busy builder is slow to take it in.
      default: 5_000,
      minimum: 1,
      description: 'S: how long etcd or controller may take',
    },
  },
  needs: ['etcd'],
  mostKeys: 200_000,
  claim({ intervalMs, timeoutMs }) {
    const asked = { formula: '0', ms: 0 }
    const key = { formula: 'T + S', ms: intervalMs + timeoutMs }
    return {
      revocation: { app: asked, permission: asked, key },
      grant: { app: asked, permission: asked, key },
      outage: { kind: 'fail-closed' },
      write: { formula: 'as long as etcd takes', ms: null },
    }
  },
  create({ clock, controller, files, keyValueStore: store, points }, { intervalMs, timeoutMs }) {
    if (store === undefined) throw new TypeError('there is no etcd for the strategy etcd')
    const boundMs = intervalMs + timeoutMs
    const keys = createRenderedKeys({ clock, files, store, intervalMs, timeoutMs, boundMs, points })

    return {
      start: keys.start,
      async identify(key) {
        const found = await keys.find(key)
        if (typeof found === 'string') return { kind: 'unavailable', reason: found }
        const user = found.line?.user
        return user === undefined ? { kind: 'unknown-key' } : { kind: 'user', user }
      },
      authorize: (request) =>
        ask(decide(request), (reason): Decision => ({ kind: 'unknown', reason })),
      close: keys.close,
    }

    async function decide({ app, user, key }: AuthorizationRequest): Promise<Decision> {
      const answer = await controller.call(
        'historicPush',
        {
          body: {
            receive_user: user,
            receive_repo: app,
            sha: zeroSha,
            fingerprint: key.fingerprint,
            ssh_connection: '',
            ssh_original_command: `git-receive-pack '${app}.git'`,
          },
        },
        { timeoutMs, purpose: 'authorize' },
      )
      const found = await keys.find(key)
      if (typeof found === 'string') return { kind: 'unknown', reason: found }
      const { allowed, denied } = decisionsOn(answer.stamp)
      const asRead = (decision: Decision): Decision =>
        decision.kind === 'unknown'
          ? decision
          : { ...decision, source: 'file', copyAgeMs: found.copyAgeMs }
      if (found.line?.user !== user) return asRead(denied('key-not-found'))
      return answer.ok ? asRead(allowed()) : denied(answer.code)
    }
  },
})
