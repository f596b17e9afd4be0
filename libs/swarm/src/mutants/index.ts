import * as caches from './bugs/caches.ts'
import * as changes from './bugs/changes.ts'
import * as clocks from './bugs/clocks.ts'
import * as controller from './bugs/controller.ts'
import * as copies from './bugs/copies.ts'
import * as decisions from './bugs/decisions.ts'
import * as deliveries from './bugs/deliveries.ts'
import * as leases from './bugs/leases.ts'
import * as original from './bugs/original.ts'
import * as receives from './bugs/receives.ts'
import * as repositories from './bugs/repositories.ts'
import type { Mutant } from './mutant.ts'

/** Every bug that can be planted. The numbers are those of the research that they come from. */
export const mutants: Readonly<Record<string, Mutant>> = {
  M1: original.substringMatch,
  M2: original.alwaysZero,
  M3: original.listFirst,
  M4: original.namesOnly,
  M5: original.expiringLock,
  M6: original.frozenApps,
  M7: original.hotLoop,
  M8: original.otherCase,
  M9: copies.neverReplaced,
  M10: changes.noResync,
  M11: changes.resumesTooFar,
  M12: changes.outOfOrder,
  M13: controller.keptEntityTag,
  M14: changes.lostDelta,
  M15: copies.neverPruned,
  M16: deliveries.acknowledgedFirst,
  M17: deliveries.twoOfThree,
  M18: clocks.wallClockTtl,
  M19: decisions.failsOpen,
  M20: decisions.negativeCache,
  M21: copies.staleList,
  M22: changes.keyedByName,
  M23: changes.fencepost,
  M24: decisions.sharedFlight,
  M25: controller.acknowledgedBeforeCommit,
  M26: repositories.otherList,
  M27: repositories.removedInPlace,
  M28: receives.retriedAsNew,
  M29: controller.followerReads,
  M30: copies.olderThanServed,
  M31: caches.refreshBeside,
  M32: caches.stampedWhenStored,
  M33: caches.cacheOfCache,
  M34: caches.cancelledIsDenied,
  M35: caches.joinedNames,
  M36: clocks.wallClocksCompared,
  M37: leases.commitsFirst,
  M38: leases.countsFromReply,
  M39: leases.noMargin,
  M40: leases.acknowledgesFirst,
  M41: leases.remembersOvertaken,
  M42: leases.stampsAfter,
  M43: leases.remembersPending,
  M44: leases.forgetsNothingMissed,
  M45: leases.carriesOver,
  M46: leases.lateOpen,
  M47: leases.noQuiet,
  M48: leases.expiresByTimer,
  M49: leases.extendsUnacknowledged,
  M50: leases.oneClock,
  M51: leases.mixesGrantors,
  M52: original.allApps,
  M53: original.noDeadlines,
  M54: repositories.ownRoots,
  M55: repositories.noLock,
  M56: receives.ghostMaker,
  M57: receives.noFence,
  M58: caches.withoutEvidence,
  M59: copies.givesUp,
  M60: repositories.silentNoOp,
  M61: controller.keysFromFollower,
  M62: receives.otherApp,
  M63: receives.refusedAfterwards,
  M64: controller.leaderAndFollower,
  canary: decisions.canary,
}

/** The name, in the place of an invariant's, for whichever it is. */
export const anyInvariant = 'any'

/** A change that is no bug: a checker that convicts it is wrong. */
export const harmlessId = 'harmless'

/** Throws a RangeError where there is no such mutant. */
export function mutantOf(id: string): Mutant {
  const mutant = id === harmlessId ? decisions.harmless : mutants[id]
  if (mutant === undefined) throw new RangeError(`there is no mutant ${id}`)
  return mutant
}
