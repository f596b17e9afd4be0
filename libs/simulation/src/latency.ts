import { integer, type Random } from '@keyrace/environment'

/** Milliseconds, both ends included. */
export interface LatencyMs {
  readonly from: number
  readonly to: number
}

/** A whole number of microseconds, as milliseconds, that belongs to one hop of one operation. */
export function drawLatencyMs(
  random: Random,
  { from, to }: LatencyMs,
  stream: string,
  operation: string,
  hop = 0,
): number {
  return integer(random, from * 1000, to * 1000 + 1, stream, operation, hop) / 1000
}
