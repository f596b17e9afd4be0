import type { QuirkName } from '@keyrace/contracts'
import { ask } from './ask.ts'
import { closable } from './closable.ts'
import type {
  AuthorizationRequest,
  Decision,
  Identification,
  KeyLookup,
  OfferedKey,
} from './key-lookup.ts'
import { timeoutKnob } from './rpc-lookup.ts'
import { createFingerprintLookup, isAmong } from './strategies/fingerprint.ts'
import type { Strategy, StrategyDeps } from './strategy.ts'

/** A strategy as it is, or `fingerprint` as Deis had it: with these of its quirks. */
export function withQuirks(rival: Strategy, quirks: readonly QuirkName[]): Strategy {
  const matches = quirks.includes('substring-match') ? isInJoinedNames : isAmong
  const create = quirks.includes('frozen-apps') ? createFrozenLookup : createFingerprintLookup
  if (matches === isAmong && create === createFingerprintLookup) return rival
  return {
    ...rival,
    create: (deps, { timeoutMs = timeoutKnob.default }) =>
      closable(create(deps, { timeoutMs }, matches)),
  }
}

/** The quirk `substring-match`: `oo` is found in `foo, bar`. */
function isInJoinedNames(apps: readonly string[], app: string): boolean {
  return apps.join(', ').includes(app)
}

/**
 * The quirk `frozen-apps`: what was known when the connection was authenticated decides about all of its
 * pushes. Of the app nothing is asked but its generation, dead or alive, which the original did not know of.
 */
function createFrozenLookup(
  { clock, controller }: Pick<StrategyDeps, 'clock' | 'controller'>,
  { timeoutMs }: { readonly timeoutMs: number },
  matches: typeof isAmong,
): KeyLookup {
  return {
    start: async () => {},
    identify: (key) =>
      ask(identify(key), (reason): Identification => ({ kind: 'unavailable', reason })),
    authorize: (request) =>
      ask(authorize(request), (reason): Decision => ({ kind: 'unknown', reason })),
    close: async () => {},
  }

  async function identify({ fingerprint }: OfferedKey): Promise<Identification> {
    const sentAt = clock.now()
    const answer = await controller.call(
      'keyOwner',
      { params: { fingerprint }, query: {} },
      { timeoutMs, purpose: 'identify' },
    )
    if (!answer.ok) return { kind: 'unknown-key' }
    if (answer.stamp === undefined) return { kind: 'unavailable', reason: 'malformed' }
    const { username: user, apps } = answer.body
    const { epoch, revision } = answer.stamp
    return { kind: 'user', user, appsThen: { apps, epoch, revision, sentAt } }
  }

  async function authorize({ app, appsThen }: AuthorizationRequest): Promise<Decision> {
    if (appsThen === undefined) return { kind: 'unknown', reason: 'not-identified' }
    const { apps, epoch, revision, sentAt } = appsThen
    const copyAgeMs = clock.now() - sentAt
    const grounds = { source: 'cache', epoch, revision, copyAgeMs } as const
    if (!matches(apps, app)) return { kind: 'denied', code: 'forbidden', ...grounds }
    const answer = await controller.call(
      'latestGeneration',
      { params: { app } },
      { timeoutMs, purpose: 'background' },
    )
    if (!answer.ok) return { kind: 'denied', code: 'app-not-found', ...grounds }
    return { kind: 'allowed', generation: answer.body.generation, ...grounds }
  }
}
