import type { PushEvidence } from '@keyrace/contracts'
import type { World } from '@keyrace/testbed'
import { expect, test } from 'vitest'
import { indexEvidence } from './evidence-index.ts'
import type { PushRecord } from './push-record.ts'

function evidence(pushId: string, receivedAt: number): PushEvidence {
  return {
    pushId,
    replica: 'builder-1',
    connection: '127.0.0.1:4711',
    exec: 1,
    receivedAt,
  } as never
}

function push(execAt: number, doneAt: number): PushRecord {
  const attempt = { exec: 1, stamps: { execAt, doneAt } }
  return {
    arm: 'poll',
    replica: 'builder-1',
    connection: { name: '127.0.0.1:4711' },
    attempt,
  } as never
}

test('a push on a port that was used before is joined with its own evidence', async () => {
  const written = [evidence('first', 1_005), evidence('second', 9_005)]
  const world = { arms: [{ name: 'poll' }], evidence: async () => written } as never as World
  const evidenceOf = await indexEvidence(world)
  expect(evidenceOf(push(1_000, 1_020))?.pushId).toBe('first')
  expect(evidenceOf(push(9_000, 9_020))?.pushId).toBe('second')
  expect(evidenceOf(push(5_000, 5_020))).toBeUndefined()
})
