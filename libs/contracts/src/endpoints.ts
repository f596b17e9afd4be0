import * as apps from './apps.ts'
import * as builders from './builders.ts'
import * as feed from './feed.ts'
import * as generations from './generations.ts'
import * as health from './health.ts'
import * as hooks from './hooks.ts'
import * as keys from './keys.ts'
import * as leases from './leases.ts'
import * as operations from './operations.ts'
import * as permissions from './permissions.ts'
import * as releases from './releases.ts'
import { snapshot } from './snapshot.ts'
import * as users from './users.ts'

/** Everything that the controller answers. */
export const endpoints = {
  register: users.register,
  login: users.login,
  cancel: users.cancel,

  listKeys: keys.listKeys,
  addKey: keys.addKey,
  removeKey: keys.removeKey,

  listApps: apps.listApps,
  createApp: apps.createApp,
  getApp: apps.getApp,
  transferApp: apps.transferApp,
  deleteApp: apps.deleteApp,
  appReleases: releases.appReleases,

  listPermissions: permissions.listPermissions,
  grant: permissions.grant,
  revokeGrant: permissions.revokeGrant,

  keyOwner: hooks.keyOwner,
  appKeys: hooks.appKeys,
  userKeys: hooks.userKeys,
  checkKey: hooks.checkKey,
  authorize: hooks.authorize,
  snapshot,
  changes: feed.changes,
  changeStream: feed.changeStream,
  registerBuilder: builders.registerBuilder,
  renewLease: leases.renewLease,
  endLease: leases.endLease,
  latestGeneration: generations.latestGeneration,
  latestGenerations: generations.latestGenerations,

  historicPush: hooks.historicPush,
  historicConfig: hooks.historicConfig,
  historicBuild: hooks.historicBuild,
  publish: releases.publish,
  settleRelease: releases.settleRelease,
  pendingReleases: releases.pendingReleases,
  releasedRefs: releases.releasedRefs,

  importBatch: operations.importBatch,
  auditLog: operations.auditLog,
  usage: operations.usage,
  revocationWaits: operations.revocationWaits,
  setServiceTime: operations.setServiceTime,

  healthz: health.healthz,
  readiness: health.readiness,
} as const

export type Endpoints = typeof endpoints
export type EndpointName = keyof Endpoints
