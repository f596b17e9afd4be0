import type { ImportLine, SwarmPlan } from '@keyrace/contracts'
import { type PushKey, syntheticPushKey } from '@keyrace/load'
import type { Recorder } from '@keyrace/scenarios'
import type { World } from '@keyrace/testbed'

/** Who takes part: every name stands for the same key wherever it turns up. */
export interface Cast {
  /** The key of that name, in the hands of this user. */
  key(user: string, name: string): PushKey
  /** For the controller. */
  token(user: string): string
}

export function createCast(): Cast {
  const keys = new Map<string, PushKey>()
  return {
    key(user, name) {
      const known = keys.get(name) ?? syntheticPushKey(user, name)
      keys.set(name, known)
      return { ...known, user }
    },
    token: (user) => `swarm-token-of-${user}`,
  }
}

/** What the controller knows a key by, among its owner's. */
export function keyNameOf(key: string): string {
  return key.replaceAll('/', '-')
}

/** Loads what stands in a plan, and writes it down. */
export async function loadCast(
  { users, apps }: SwarmPlan,
  { world, recorder, cast }: { world: World; recorder: Recorder; cast: Cast },
): Promise<void> {
  const keys = users.flatMap(({ name: user, keys: count }) =>
    Array.from({ length: count }, (_, index) => ({ user, key: `${user}/${index + 1}` })),
  )
  const grants = apps.flatMap(({ name: app, collaborators }) =>
    collaborators.map((user) => ({ app, user })),
  )
  const { revision } = await world.load(lines())
  for (const { name: app, owner } of apps) {
    recorder.stands('createApp', { app, generation: 1, user: owner }, revision)
  }
  for (const { user, key } of keys) {
    recorder.stands('addKey', { user, key: cast.key(user, key).fingerprint }, revision)
  }
  for (const { app, user } of grants) {
    recorder.stands('grant', { app, generation: 1, user }, revision)
  }

  function* lines(): Iterable<ImportLine> {
    for (const { name } of users) yield { kind: 'user', username: name, token: cast.token(name) }
    for (const { user, key } of keys) {
      const { blob } = cast.key(user, key)
      yield { kind: 'key', id: keyNameOf(key), owner: user, public: `ssh-ed25519 ${blob}` }
    }
    for (const { name: app, owner } of apps) yield { kind: 'app', app, owner }
    for (const { app, user } of grants) yield { kind: 'grant', app, username: user }
  }
}
