import { ask } from '../ask.ts'
import { alike } from '../claims.ts'
import { identifyByRpc } from '../identify-by-rpc.ts'
import type { AuthorizationRequest, Decision } from '../key-lookup.ts'
import { createLeasedRights } from '../leased-rights.ts'
import { decisionsOn, timeoutKnob } from '../rpc-lookup.ts'
import { strategy } from '../strategy.ts'

/** As much of a term as its holder may use; what the controller tells is what counts. */
const usableShare = 0.8

/**
 * As quick as a copy and as right as a question: what was allowed is remembered, because the controller takes
 * nothing back before every builder has forgotten it or its lease has run out. Denials are not remembered.
 */
export const lease = strategy({
  description: 'remembers what was allowed; before a revocation commits, everybody has forgotten',
  knobs: {
    termMs: {
      default: 2_000,
      minimum: 10,
      description:
        "T: of a lease, at most the controller's --lease-term; revocations wait that long for a builder that says nothing",
    },
    timeoutMs: timeoutKnob,
    maxEntries: {
      default: 10_000,
      minimum: 1,
      description:
        'how many keys, apps and permissions are remembered, of each; then the oldest is forgotten',
    },
  },
  // In an outage nobody can revoke either: what a lease still answers is not stale.
  claim: ({ termMs, timeoutMs }) => ({
    revocation: alike('0', 0),
    grant: alike('0', 0),
    outage: { kind: 'bounded', ms: usableShare * termMs },
    write: { formula: 'T + S', ms: termMs + timeoutMs },
  }),
  create(deps, { timeoutMs, ...knobs }) {
    const { clock, controller, replica } = deps
    const bootClock = deps.bootClock ?? clock.now
    const rights = createLeasedRights({
      ...{ clock, bootClock, controller, replica, timeoutMs },
      ...knobs,
    })
    const identify = identifyByRpc({
      ...{ clock, controller, timeoutMs },
      onOwner: rights.rememberOwner,
    })

    return {
      start: rights.start,
      async identify(key) {
        const user = rights.ownerOf(key.fingerprint)
        return user === undefined ? identify(key) : { kind: 'user', user }
      },
      async authorize(request) {
        const { fingerprint } = request.key
        const remembered = rights.recall({ ...request, fingerprint })
        if (remembered === undefined) {
          return ask(decide(request), (reason): Decision => ({ kind: 'unknown', reason }))
        }
        const { askedAt, ...found } = remembered
        return { kind: 'allowed', ...found, source: 'lease', copyAgeMs: clock.now() - askedAt }
      },
      close: rights.close,
    }

    async function decide({ app, user, key }: AuthorizationRequest): Promise<Decision> {
      const right = { app, user, fingerprint: key.fingerprint }
      const askedAt = clock.now()
      const options = { timeoutMs, purpose: 'authorize' } as const
      const answer = await controller.call('authorize', { body: right }, options)
      const { allowed, denied } = decisionsOn(answer.stamp)
      if (!answer.ok) return denied(answer.code)
      if (answer.stamp !== undefined) rights.rememberAllowed(right, answer.stamp, askedAt)
      return allowed()
    }
  },
})
