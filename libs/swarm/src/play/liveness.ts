import type { Claim, PlannedOperation, SwarmPlan } from '@keyrace/contracts'
import { type PlannedPush, push, type Stage } from './operations.ts'

/** Beyond what is claimed: until those who had lost each other have met again. */
const reunionMs = 2_000

/** How long copies may take to know what stands. */
export function longestBoundMs({ revocation, grant, write }: Claim): number {
  const bounds = [...Object.values(revocation), ...Object.values(grant), write].map(({ ms }) => ms)
  return Math.max(0, ...bounds.map((ms) => ms ?? 0))
}

/** How long they may take once everything is well again. */
export function settlingMs(claim: Claim): number {
  const outageMs = claim.outage.kind === 'bounded' ? claim.outage.ms : 0
  return Math.max(longestBoundMs(claim), outageMs) + reunionMs
}

/** More would cost more than the whole rest of a world. */
const mostQuestions = 4

/** Asks every builder about those rights that were pushed with or changed last, one after the other. */
export async function probe({ operations }: SwarmPlan, stage: Stage): Promise<void> {
  const questions = questionsIn(operations)
  const probes = stage.arm.replicas.map(async ({ name: replica }) => {
    for (const [index, question] of questions.entries()) {
      const id = `probe-${replica}-${index + 1}`
      // A ref of its own: whether a builder decides is asked, and not who is first.
      await push({ ...question, id, replica, ref: `refs/heads/${id}` }, stage)
    }
  })
  await Promise.all(probes)
}

type Question = Required<Pick<PlannedPush, 'by' | 'key' | 'app'>>

function questionsIn(operations: readonly PlannedOperation[]): readonly Question[] {
  const questions = new Map<string, Question>()
  for (const { f, by, key, app } of operations.toReversed()) {
    if (f !== 'push' || key === undefined || app === undefined) continue
    const name = `${by} ${key} ${app}`
    if (!questions.has(name)) questions.set(name, { by, key, app })
  }
  return [...questions.values()].slice(0, mostQuestions)
}
