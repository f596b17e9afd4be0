/** Numbers from a seed, the same on every platform. */
export interface Draws {
  /** An integer from 0 on, below a limit. */
  below(limit: number): number
  /** True once in so many times. */
  oneIn(times: number): boolean
  of<T>(choices: readonly T[]): T
}

/** mulberry32 */
export function createDraws(seed: number): Draws {
  let state = seed | 0
  const below = (limit: number) => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000) * limit)
  }
  return {
    below,
    oneIn: (times) => below(times) === 0,
    of: <T>(choices: readonly T[]) => choices[below(choices.length)] as T,
  }
}
