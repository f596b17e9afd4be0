import type { FixtureApp, Racer } from '@keyrace/load'
import type { MutationRecord } from './recording/recorder.ts'
import type { Context } from './scenario.ts'

/** An app, and who may do with it as they like. */
type OwnedApp = Pick<FixtureApp, 'app' | 'owner' | 'token'>

/** What people do at the controller, each written down. */
export interface Mutations {
  createApp(app: OwnedApp): Promise<MutationRecord>
  deleteApp(app: OwnedApp, generation: number | null): Promise<MutationRecord>
  addKey(racer: Racer): Promise<MutationRecord>
  removeKey(racer: Racer): Promise<MutationRecord>
  grant(racer: Racer): Promise<MutationRecord>
  revokeGrant(racer: Racer): Promise<MutationRecord>
}

const timeoutMs = 10_000
/** Nobody deletes the app that a racer was granted. */
const generation = 1

export function mutationsOf({ world, recorder }: Pick<Context, 'world' | 'recorder'>): Mutations {
  return {
    createApp: ({ app, owner, token }) =>
      recorder.mutate('createApp', { app, user: owner }, () =>
        world.asUser(token).call('createApp', { body: { id: app } }, { timeoutMs }),
      ),
    deleteApp: ({ app, owner, token }, deleted) =>
      recorder.mutate('deleteApp', { app, generation: deleted, user: owner }, () =>
        world.asUser(token).call('deleteApp', { params: { app } }, { timeoutMs }),
      ),
    addKey({ key: { user, fingerprint, blob }, keyName, token }) {
      const body = { id: keyName, public: `ssh-ed25519 ${blob}` }
      return recorder.mutate('addKey', { user, key: fingerprint }, () =>
        world.asUser(token).call('addKey', { body }, { timeoutMs }),
      )
    },
    removeKey: ({ key: { user, fingerprint }, keyName, token }) =>
      recorder.mutate('removeKey', { user, key: fingerprint }, () =>
        world.asUser(token).call('removeKey', { params: { key: keyName } }, { timeoutMs }),
      ),
    grant: ({ key: { user }, app: { app, token } }) =>
      recorder.mutate('grant', { app, generation, user }, () =>
        world
          .asUser(token)
          .call('grant', { params: { app }, body: { username: user } }, { timeoutMs }),
      ),
    revokeGrant: ({ key: { user }, app: { app, token } }) =>
      recorder.mutate('revokeGrant', { app, generation, user }, () =>
        world.asUser(token).call('revokeGrant', { params: { app, username: user } }, { timeoutMs }),
      ),
  }
}
