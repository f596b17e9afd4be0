import type { Provenance, Snapshot, Stamp } from '@keyrace/contracts'
import type { Clock } from '@keyrace/environment'
import type { AuthorizationRequest, Decision, Identification, OfferedKey } from './key-lookup.ts'

interface Contents {
  readonly userOf: ReadonlyMap<string, string>
  readonly apps: ReadonlyMap<
    string,
    { readonly generation: number; readonly users: ReadonlySet<string> }
  >
  readonly administrators: ReadonlySet<string>
  readonly stamp: Stamp
  /** When the read was sent, not when it came back: what changed in between may be missing from it. */
  readonly sentAt: number
}

export interface Copy {
  /** A snapshot from before the one that is here is left alone: it would make old rights look fresh. */
  replace(snapshot: Snapshot, stamp: Stamp, sentAt: number): void
  identify(key: OfferedKey): Identification
  authorize(request: AuthorizationRequest): Decision
}

/**
 * A copy of everything that authorization depends on. Its age is compared with the bound at each
 * decision: the bound is enforced here and not hoped for. Too old, or not there yet, is `unknown`.
 */
export function createCopy(deps: { readonly clock: Clock; readonly boundMs: number }): Copy {
  let contents: Contents | undefined

  return {
    replace(snapshot, stamp, sentAt) {
      if (contents !== undefined && isBehind(stamp, contents.stamp)) return
      contents = { ...index(snapshot), stamp, sentAt }
    },
    identify({ fingerprint }) {
      const current = fresh()
      if (typeof current === 'string') return { kind: 'unavailable', reason: current }
      const user = current.userOf.get(fingerprint)
      return user === undefined ? { kind: 'unknown-key' } : { kind: 'user', user }
    },
    authorize({ app, user, key }) {
      const current = fresh()
      if (typeof current === 'string') return { kind: 'unknown', reason: current }
      const provenance = provenanceOf(current, deps.clock.now())
      const denied = (code: 'key-not-found' | 'app-not-found' | 'forbidden'): Decision => ({
        kind: 'denied',
        code,
        ...provenance,
      })
      if (current.userOf.get(key.fingerprint) !== user) return denied('key-not-found')
      const known = current.apps.get(app)
      if (known === undefined) return denied('app-not-found')
      if (!known.users.has(user) && !current.administrators.has(user)) return denied('forbidden')
      return { kind: 'allowed', generation: known.generation, ...provenance }
    },
  }

  function fresh(): Contents | 'no-copy-yet' | 'copy-too-old' {
    if (contents === undefined) return 'no-copy-yet'
    return deps.clock.now() - contents.sentAt <= deps.boundMs ? contents : 'copy-too-old'
  }
}

function isBehind(stamp: Stamp, known: Stamp): boolean {
  return stamp.epoch === known.epoch && stamp.revision < known.revision
}

function provenanceOf({ stamp, sentAt }: Contents, now: number): Provenance {
  const { epoch, revision } = stamp
  return { source: 'cache', epoch, revision, copyAgeMs: now - sentAt }
}

function index({ users, apps }: Snapshot): Omit<Contents, 'stamp' | 'sentAt'> {
  return {
    userOf: new Map(
      users.flatMap(({ username, keys }) => keys.map((key) => [key, username] as const)),
    ),
    apps: new Map(
      apps.map(({ app, generation, owner, users: granted }) => [
        app,
        { generation, users: new Set([owner, ...granted]) },
      ]),
    ),
    administrators: new Set(
      users.filter(({ isAdministrator }) => isAdministrator).map(({ username }) => username),
    ),
  }
}
