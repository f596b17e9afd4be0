import type { PushEvidence } from '@keyrace/contracts'
import type { World } from '@keyrace/testbed'
import { timedArms } from '../timing/timed.ts'
import type { PushRecord } from './push-record.ts'

export type EvidenceIndex = (record: PushRecord) => PushEvidence | undefined

/**
 * Joins a push with what its builder wrote down: by arm, replica, connection and exec request, and by
 * time, because a port is used again once its connection is closed.
 */
export async function indexEvidence(world: World): Promise<EvidenceIndex> {
  const index = new Map<string, PushEvidence[]>()
  for (const arm of timedArms(world)) {
    for (const one of await world.evidence(arm)) {
      const name = [arm.name, one.replica, one.connection, one.exec].join(' ')
      index.set(name, [...(index.get(name) ?? []), one])
    }
  }
  return ({ arm, replica, connection, attempt: { exec, stamps } }) =>
    index
      .get([arm, replica, connection.name, exec].join(' '))
      ?.find(({ receivedAt }) => receivedAt >= stamps.execAt && receivedAt <= stamps.doneAt)
}
