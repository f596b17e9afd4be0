import { neverStale } from '../claims.ts'
import type { KeyLookup } from '../key-lookup.ts'
import { createRpcLookup, decisionsOn, timeoutKnob } from '../rpc-lookup.ts'
import { type StrategyDeps, strategy } from '../strategy.ts'

/** What Deis shipped, asked again at every exec request: `GET hooks/key/:fingerprint` and an exact match. */
export const fingerprint = strategy({
  description: 'asks for the owner of the key at each push, and looks for the app among theirs',
  knobs: { timeoutMs: timeoutKnob },
  claim: () => neverStale,
  create: (deps, knobs) => createFingerprintLookup(deps, knobs, isAmong),
})

/** `matches` tells whether a name is that of one of the apps. */
export function createFingerprintLookup(
  { clock, controller }: Pick<StrategyDeps, 'clock' | 'controller'>,
  { timeoutMs }: { readonly timeoutMs: number },
  matches: (apps: readonly string[], app: string) => boolean,
): KeyLookup {
  return createRpcLookup({ clock, controller, timeoutMs }, async ({ app, user, key }) => {
    const answer = await controller.call(
      'keyOwner',
      { params: { fingerprint: key.fingerprint }, query: { app } },
      { timeoutMs, purpose: 'authorize' },
    )
    const { allowed, denied } = decisionsOn(answer.stamp)
    if (!answer.ok) return denied(answer.code)
    // The key may have changed hands since the session was authenticated.
    if (answer.body.username !== user) return denied('key-not-found')
    if (matches(answer.body.apps, app)) return allowed()
    return denied(answer.stamp?.generation === undefined ? 'app-not-found' : 'forbidden')
  })
}

export function isAmong(apps: readonly string[], app: string): boolean {
  return apps.includes(app)
}
