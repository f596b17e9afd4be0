import type { Arrivals } from './arrivals.ts'

/** Evenly spaced: a metronome. */
export const constant: Arrivals = (count, durationMs) =>
  Array.from({ length: count }, (_, i) => (i * durationMs) / count)
