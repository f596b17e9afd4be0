import type { Operation } from './history.ts'

/** When nothing has changed any more, and no fault was there, for so long; infinite if a fault never ended. */
export function settledAt(
  mutations: readonly Operation[],
  faults: readonly Operation[],
  settlingMs: number,
): number {
  const ends = [...mutations.map(({ lastRowAt }) => lastRowAt), ...faults.map(({ cmp }) => cmp)]
  return ends.reduce((latest, end) => Math.max(latest, end), 0) + settlingMs
}
