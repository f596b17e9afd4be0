import { usableShare } from '@keyrace/lease'
import { authorizeByRpc } from '../authorize-by-rpc.ts'
import { alike } from '../claims.ts'
import { identifyByRpc } from '../identify-by-rpc.ts'
import { createLeasedRights } from '../leased-rights.ts'
import { timeoutKnob } from '../rpc-lookup.ts'
import { strategy } from '../strategy.ts'

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
      rules: deps.leaseRules,
    })
    const rpc = { clock, controller, timeoutMs }
    const identify = identifyByRpc({ ...rpc, onOwner: rights.rememberOwner })
    const authorize = authorizeByRpc({ ...rpc, onAllowed: rights.rememberAllowed })

    return {
      start: rights.start,
      async identify(key) {
        const user = rights.ownerOf(key.fingerprint)
        return user === undefined ? identify(key) : { kind: 'user', user }
      },
      async authorize(request) {
        const { fingerprint } = request.key
        const remembered = rights.recall({ ...request, fingerprint })
        if (remembered === undefined) return authorize(request)
        const { askedAt, ...found } = remembered
        return { kind: 'allowed', ...found, source: 'lease', copyAgeMs: clock.now() - askedAt }
      },
      close: rights.close,
    }
  },
})
