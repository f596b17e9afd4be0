import type { EndpointName, Endpoints, Input, QuirkName } from '@keyrace/contracts'
import { type Clock, type Ids, type Points, timedOut, within } from '@keyrace/environment'
import type { Callers } from './callers.ts'
import { keyOwnerWithAllApps } from './domain/all-apps.ts'
import * as apps from './domain/apps.ts'
import { auditLog } from './domain/audit.ts'
import type { Builders } from './domain/builders.ts'
import { changeStream, changes } from './domain/changes.ts'
import type { Feed } from './domain/feed.ts'
import { latestGeneration, latestGenerations } from './domain/generations.ts'
import * as historic from './domain/historic.ts'
import { importBatch } from './domain/import.ts'
import * as lookup from './domain/key-lookup.ts'
import * as keys from './domain/keys.ts'
import type { Leases } from './domain/leases.ts'
import type { Outcome } from './domain/outcome.ts'
import * as permissions from './domain/permissions.ts'
import { publish } from './domain/publish.ts'
import * as releases from './domain/releases.ts'
import { subjectsOfOwner, subjectsOfRight } from './domain/remembered.ts'
import * as revoking from './domain/revoking.ts'
import type { Secrets } from './domain/secrets.ts'
import { createSnapshotReader } from './domain/snapshot.ts'
import * as users from './domain/users.ts'
import type { WaitLog } from './domain/waits.ts'
import { type Store, StoreError } from './store/store.ts'
import type { UsageMeter } from './usage.ts'

const readinessTimeoutMs = 2_000

/** What answers each endpoint of the contract. */
export type Handlers = {
  readonly [N in EndpointName]: (
    input: Input<Endpoints[N]>,
    caller: Callers[Endpoints[N]['access']],
    /** Aborts when nobody waits for the answer any more: the caller has left, or the server closes. */
    signal: AbortSignal | undefined,
  ) => Promise<Outcome<N>>
}

export interface HandlersDeps {
  readonly store: Store
  readonly feed: Feed
  readonly builders: Builders
  readonly leases: Leases
  readonly clock: Clock
  readonly ids: Ids
  readonly secrets: Secrets
  readonly meter: UsageMeter
  /** Behaviours of the original that are switched on. */
  readonly quirks?: readonly QuirkName[] | undefined
  /** What every answer to a builder takes longer. */
  readonly serviceTime: { ms: number }
  /** How long revocations waited for builders. */
  readonly waits: WaitLog
  readonly points?: Points | undefined
}

export function createHandlers(deps: HandlersDeps): Handlers {
  const { store, feed, builders, leases, meter, quirks = [], serviceTime, waits } = deps
  const revoker = { store, revocations: leases }
  return {
    register: ({ body }) => users.register(deps, body),
    login: ({ body }) => users.login(deps, body),
    cancel: (_, user) => revoking.cancel(revoker, user),

    listKeys: (_, user) => keys.listKeys(store, user),
    addKey: ({ body }, user) => keys.addKey(store, user, body),
    removeKey: ({ params }, user) => revoking.removeKey(revoker, user, params),

    listApps: (_, user) => apps.listApps(store, user),
    createApp: ({ body }, user) => apps.createApp(store, user, body),
    getApp: ({ params }, user) => apps.getApp(store, user, params),
    transferApp: (input, user) => revoking.transferApp(revoker, user, input),
    deleteApp: ({ params }, user) => revoking.deleteApp(revoker, user, params),
    appReleases: ({ params }, user) => releases.appReleases(store, user, params),

    listPermissions: ({ params }, user) => permissions.listPermissions(store, user, params),
    grant: (input, user) => permissions.grant(store, user, input),
    revokeGrant: (input, user) => revoking.revokeGrant(revoker, user, input),

    keyOwner: (input) => {
      const keyOwner = quirks.includes('all-apps') ? keyOwnerWithAllApps : lookup.keyOwner
      return leases.read(
        () => keyOwner(store, input),
        (answer) => subjectsOfOwner(input.params, answer),
      )
    },
    appKeys: ({ params }) => lookup.appKeys(store, params),
    userKeys: ({ params }) => lookup.userKeys(store, params),
    checkKey: ({ body }) => lookup.checkKey(store, body),
    authorize: ({ body }) =>
      leases.read(
        () => lookup.authorize(store, body),
        (answer) => subjectsOfRight(body, answer),
      ),
    snapshot: createSnapshotReader(store),
    changes: ({ query }) => changes(feed, query),
    changeStream: ({ query }, _, signal) => changeStream(feed, query, signal),
    renewLease: ({ body }, { arm }, signal) => leases.renew(arm, body, signal),
    endLease: async ({ params }) => leases.end(params.session),
    registerBuilder: ({ body }, { arm }) => builders.register(arm, body),
    latestGeneration: ({ params }) => latestGeneration(store, params),
    latestGenerations: () => latestGenerations(store),

    historicPush: ({ body }) => historic.historicPush(store, body),
    historicConfig: ({ body }) => historic.historicConfig(store, body),
    historicBuild: ({ body }, { arm }) => historic.historicBuild(deps, arm, body),
    publish: ({ body }, { arm }) => publish(store, arm, body, deps.points),
    settleRelease: (input) => releases.settleRelease(store, input),
    pendingReleases: ({ query }, { arm }) => releases.pendingReleases(store, arm, query),
    releasedRefs: ({ params }, { arm }) => releases.releasedRefs(store, arm, params),

    importBatch: ({ body }) => importBatch(deps, body),
    auditLog: ({ query }) => auditLog(store, query),
    usage: async () => ({ body: { builders: meter.read() } }),
    revocationWaits: async () => ({ body: { arms: waits.read() } }),
    async setServiceTime({ body }) {
      serviceTime.ms = body.ms
      return { body: null }
    },

    healthz: async () => ({ body: { status: 'ok' } }),
    readiness: () => readiness(deps),
  }
}

async function readiness({ store, clock }: HandlersDeps): Promise<Outcome<'readiness'>> {
  try {
    const revision = await within(clock, readinessTimeoutMs, store.revision())
    return revision === timedOut ? { refused: 'not-ready' } : { body: { status: 'ok' } }
  } catch (error) {
    if (error instanceof StoreError) return { refused: 'not-ready' }
    throw error
  }
}
