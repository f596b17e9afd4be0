import { uniform } from '@keyrace/environment'
import type { Arrivals } from './arrivals.ts'

/** A Poisson process, given how many came: sorted uniforms. Every arm gets the same number of samples. */
export const poisson: Arrivals = (count, durationMs, random, stream) =>
  Array.from({ length: count }, (_, i) => uniform(random, 0, durationMs, stream, String(i))).sort(
    (a, b) => a - b,
  )
