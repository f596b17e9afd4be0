import type { Random } from '@keyrace/environment'

const mostEnumerated = 16
const draws = 10_000

/**
 * The two-sided p of a sign-flip test: how often the sum would be as far from 0 as it is, had
 * each value come with either sign alike. Exact up to 16 values, from 10 000 draws above.
 */
export function signFlip(values: readonly number[], random: Random): number {
  const size = values.reduce((sum, value) => sum + Math.abs(value), 0)
  // Sums that are equal on paper differ in their last digits, by the order of their signs.
  const observed = Math.abs(flippedSum(values, [])) - 1e-12 * size
  const isExtreme = (signs: readonly number[]) => Math.abs(flippedSum(values, signs)) >= observed
  return values.length <= mostEnumerated
    ? enumerated(values.length, isExtreme)
    : drawn(values.length, isExtreme, random)
}

/** Bit i of the words says whether value i is flipped. */
function flippedSum(values: readonly number[], signs: readonly number[]): number {
  let sum = 0
  for (const [i, value] of values.entries()) {
    const isFlipped = (((signs[i >>> 5] ?? 0) >>> (i & 31)) & 1) === 1
    sum += isFlipped ? -value : value
  }
  return sum
}

type Judge = (signs: readonly number[]) => boolean

function enumerated(count: number, isExtreme: Judge): number {
  const patterns = 2 ** count
  let extreme = 0
  for (let pattern = 0; pattern < patterns; pattern++) if (isExtreme([pattern])) extreme++
  return extreme / patterns
}

function drawn(count: number, isExtreme: Judge, random: Random): number {
  const words = Math.ceil(count / 32)
  let extreme = 0
  for (let draw = 0; draw < draws; draw++) {
    const signs = Array.from({ length: words }, (_, word) =>
      random.uint32('sign-flip', String(draw), word),
    )
    if (isExtreme(signs)) extreme++
  }
  // What was observed is one of the possible draws; leaving it out could give p = 0.
  return (extreme + 1) / (draws + 1)
}
