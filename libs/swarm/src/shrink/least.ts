const roundings = [1_000, 100, 10, 1] as const

/** A number that still `fits` and is easier to read: none at all, else a smaller one that is round. */
export async function least(
  number: number,
  fits: (smaller: number) => Promise<boolean>,
): Promise<number> {
  if (number <= 0 || (await fits(0))) return 0
  for (const rounding of roundings) {
    const most = Math.ceil(number / rounding) - 1
    if (most > 0 && (await fits(most * rounding))) {
      return rounding * (await leastInteger(most, (steps) => fits(steps * rounding)))
    }
    if (number % rounding === 0) return number
  }
  return number
}

/** By halves, between nothing, which does not fit, and what does. */
async function leastInteger(
  known: number,
  fits: (smaller: number) => Promise<boolean>,
): Promise<number> {
  let [tooSmall, fitting] = [0, known]
  while (fitting - tooSmall > 1) {
    const middle = (tooSmall + fitting) >> 1
    if (await fits(middle)) fitting = middle
    else tooSmall = middle
  }
  return fitting
}
