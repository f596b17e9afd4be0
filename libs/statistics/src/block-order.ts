/**
 * In which order arms run their n-th blocks, from 1: turned round every time (ABBA), and after every second
 * time another arm goes first, so that no arm always runs early or after the same neighbour.
 */
export function blockOrder<T>(arms: readonly T[], block: number): readonly T[] {
  const first = Math.floor((block - 1) / 2) % Math.max(arms.length, 1)
  const rotated = [...arms.slice(first), ...arms.slice(0, first)]
  return block % 2 === 1 ? rotated : rotated.toReversed()
}
