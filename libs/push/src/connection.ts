import type { Clock } from '@keyrace/environment'
import type { AppsThen, Identification, KeyLookup, OfferedKey } from '@keyrace/key-lookup'

/** Who a connection speaks for, once a signature verified. */
export interface Identity {
  readonly key: OfferedKey
  /** Undefined when nobody could say whose key it is: the session stands, without an identity. */
  readonly user: string | undefined
  /** Why there is no user. */
  readonly reason: string | undefined
  readonly identifyMs: number
  /** What was known then of where the user may push, for who decides by that. */
  readonly appsThen?: AppsThen | undefined
}

export interface Connection {
  /** May the client go on to sign with this key? True as well when nobody could say. */
  probe(key: OfferedKey): Promise<boolean>
  /** The signature of this key verified: from now on the connection speaks for its owner. */
  authenticate(key: OfferedKey): Promise<boolean>
  /** Undefined before a signature verified. */
  identity(): Identity | undefined
}

/**
 * The authentication of one SSH connection. A key's answer is remembered from its probe to its
 * signature and no longer; an offered key never leaves a trace in the identity (CVE-2024-45337).
 */
export function createConnection(deps: {
  readonly clock: Clock
  readonly lookup: Pick<KeyLookup, 'identify'>
}): Connection {
  let probed: { key: OfferedKey; answer: Promise<Timed> } | undefined
  let identity: Identity | undefined

  return {
    async probe(key) {
      probed = { key, answer: identify(key) }
      return (await probed.answer).identification.kind !== 'unknown-key'
    },
    async authenticate(key) {
      const remembered = probed?.key.blob === key.blob ? probed.answer : identify(key)
      probed = undefined
      const { identification, tookMs } = await remembered
      if (identification.kind === 'unknown-key') return false
      identity = {
        key,
        user: identification.kind === 'user' ? identification.user : undefined,
        reason: identification.kind === 'unavailable' ? identification.reason : undefined,
        identifyMs: tookMs,
        appsThen: identification.kind === 'user' ? identification.appsThen : undefined,
      }
      return true
    },
    identity: () => identity,
  }

  async function identify(key: OfferedKey): Promise<Timed> {
    const askedAt = deps.clock.now()
    const identification = await deps.lookup.identify(key)
    return { identification, tookMs: deps.clock.now() - askedAt }
  }
}

interface Timed {
  readonly identification: Identification
  readonly tookMs: number
}
