import type { Attempt, Operation } from './history.ts'
import { subjectOf, subjectsOf } from './subjects.ts'

const never = Number.NEGATIVE_INFINITY

/**
 * Counts the pushes whose replica had admitted the same key to the same generation of the app before, with
 * no mutation begun since that touches either: those that a cache can answer by itself.
 */
export function countWarmPushes(
  attempts: readonly Attempt[],
  mutations: readonly Operation[],
): number {
  /** When the latest admission began, and when the latest mutation did. */
  const admittedAt = new Map<string, number>()
  const touchedAt = new Map<string, number>()
  let warm = 0
  for (const { kind, operation } of momentsOf(attempts, mutations)) {
    switch (kind) {
      case 'admitted':
        admittedAt.set(admissionId(operation), operation.inv)
        break
      case 'touched':
        touchedAt.set(subjectOf(operation), operation.inv)
        break
      case 'begun': {
        const since = admittedAt.get(admissionId(operation))
        const isTouched = (subject: string) => (touchedAt.get(subject) ?? never) >= (since ?? never)
        if (since !== undefined && !subjectsOf(operation).some(isTouched)) warm++
      }
    }
  }
  return warm
}

function momentsOf(attempts: readonly Attempt[], mutations: readonly Operation[]) {
  const admitted = attempts.flatMap(({ admission }) =>
    admission?.type === 'ok' ? [{ at: admission.cmp, kind: 'admitted', operation: admission }] : [],
  )
  const touched = mutations.map((operation) => ({ at: operation.inv, kind: 'touched', operation }))
  const begun = attempts.map(({ push }) => ({ at: push.inv, kind: 'begun', operation: push }))
  return [...admitted, ...touched, ...begun].sort((a, b) => a.at - b.at)
}

function admissionId({ replica, pusher, repository }: Operation): string {
  return `${replica} ${pusher} ${repository}`
}
