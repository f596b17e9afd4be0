import type { Clock } from '@keyrace/environment'

/**
 * How long ago the question was sent that something was learnt from, in milliseconds; undefined once that
 * is as long as its bound. Every copy is compared like this at each decision. The age counts from the
 * question and not from its answer: what changed in between may be missing from it.
 */
export function ageWithin(clock: Clock, boundMs: number, sentAt: number): number | undefined {
  const ageMs = clock.now() - sentAt
  return ageMs < boundMs ? ageMs : undefined
}
