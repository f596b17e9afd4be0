import type { Random } from '@keyrace/environment'

/**
 * When `count` tasks are meant to start within `durationMs`: ascending offsets in [0, durationMs). The
 * same random and stream give the same offsets, so that arms can be given one schedule.
 */
export type Arrivals = (
  count: number,
  durationMs: number,
  random: Random,
  stream: string,
) => number[]
