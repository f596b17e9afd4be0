import { createTextHash } from './text-hash.ts'

/**
 * Chance, keyed and not drawn in sequence: the same (seed, stream, operation, hop) gives the same value
 * whatever else the run does, so that removing one operation leaves the rest of the world as it was.
 */
export interface Random {
  /** A 32-bit unsigned integer. */
  uint32(stream: string, operation: string, hop?: number): number
}

/** An integer in [from, below). */
export function integer(
  random: Random,
  from: number,
  below: number,
  stream: string,
  operation: string,
  hop = 0,
): number {
  return from + Math.floor((random.uint32(stream, operation, hop) / 0x1_0000_0000) * (below - from))
}

/** A number in [from, below), in steps of (below - from) / 2^32. */
export function uniform(
  random: Random,
  from: number,
  below: number,
  stream: string,
  operation: string,
  hop = 0,
): number {
  return from + (random.uint32(stream, operation, hop) / 0x1_0000_0000) * (below - from)
}

/** Keyed randomness from one seed. */
export function createRandom(seed: number): Random {
  const hashOf = createTextHash()
  const start = mix(seed)
  return {
    uint32(stream, operation, hop = 0) {
      // Mixed after each part, so that no two parts can stand for each other.
      return mix(mix(mix(start ^ hashOf(stream)) ^ hashOf(operation)) ^ hop) >>> 0
    },
  }
}

/** murmur3's finalizer, which takes each value to another one: integers only, the same on every platform. */
function mix(value: number): number {
  let hash = value + 0x9e3779b9
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return hash ^ (hash >>> 16)
}
