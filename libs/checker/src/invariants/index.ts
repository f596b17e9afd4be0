import { aCommitIsNeverLate } from './a-commit-is-never-late.ts'
import { aDeadRepositoryIsNotKeptTooLong } from './a-dead-repository-is-not-kept-too-long.ts'
import { aLiveRepositoryIsNeverReaped } from './a-live-repository-is-never-reaped.ts'
import { aPushIsAloneInItsRepository } from './a-push-is-alone-in-its-repository.ts'
import { aPushLandsWhereItWasAllowed } from './a-push-lands-where-it-was-allowed.ts'
import { aRecreatedAppShowsNoOldCode } from './a-recreated-app-shows-no-old-code.ts'
import { aRefHasOneHistory } from './a-ref-has-one-history.ts'
import { aRejectedPushLeavesNothing } from './a-rejected-push-leaves-nothing.ts'
import { aRejectedPushWasNotAllowed } from './a-rejected-push-was-not-allowed.ts'
import { aReplicaDoesNotGoBack } from './a-replica-does-not-go-back.ts'
import { aRepositoryIsNotRemovedUnderAPush } from './a-repository-is-not-removed-under-a-push.ts'
import { aStrangerIsNeverAdmitted } from './a-stranger-is-never-admitted.ts'
import { anAcceptedPushWasAllowed } from './an-accepted-push-was-allowed.ts'
import { anAcknowledgedPushIsKept } from './an-acknowledged-push-is-kept.ts'
import { anAdmissionIsNeverStale } from './an-admission-is-never-stale.ts'
import { anOwnWriteIsSeen } from './an-own-write-is-seen.ts'
import { anUpToDateAnswerIsTrue } from './an-up-to-date-answer-is-true.ts'
import { everyPushEnds } from './every-push-ends.ts'
import { everyReplicaConverges } from './every-replica-converges.ts'
import type { Invariant } from './invariant.ts'
import { noGhostRepository } from './no-ghost-repository.ts'

/** What every history is held to. */
export const invariants: readonly Invariant[] = [
  anAdmissionIsNeverStale,
  anAcceptedPushWasAllowed,
  aRejectedPushWasNotAllowed,
  aStrangerIsNeverAdmitted,
  anOwnWriteIsSeen,
  aReplicaDoesNotGoBack,
  aCommitIsNeverLate,
  anAcknowledgedPushIsKept,
  aRefHasOneHistory,
  anUpToDateAnswerIsTrue,
  aPushIsAloneInItsRepository,
  aRecreatedAppShowsNoOldCode,
  aPushLandsWhereItWasAllowed,
  aRejectedPushLeavesNothing,
  aLiveRepositoryIsNeverReaped,
  aRepositoryIsNotRemovedUnderAPush,
  aDeadRepositoryIsNotKeptTooLong,
  noGhostRepository,
  everyPushEnds,
  everyReplicaConverges,
]
