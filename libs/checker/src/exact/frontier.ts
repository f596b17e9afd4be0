/**
 * When phases are due, as far as it matters: once a later phase is due, what an earlier one was due at tells
 * nothing more. So both times and phases rise.
 */
export interface Frontier {
  readonly times: number[]
  readonly phases: number[]
}

export function createFrontier(): Frontier {
  return { times: [], phases: [] }
}

/** Phases come in their order. */
export function pushDue({ times, phases }: Frontier, phase: number, time: number): void {
  while (times.length > 0 && (times.at(-1) as number) >= time) {
    times.pop()
    phases.pop()
  }
  times.push(time)
  phases.push(phase)
}

/** The last phase that was due before a time; 0, where it all began, if none was. */
export function dueBefore({ times, phases }: Frontier, time: number, closed = true): number {
  const count = closed ? countBelow(times, time) : countAtMost(times, time)
  return count === 0 ? 0 : (phases[count - 1] as number)
}

/** When a phase was due, or the first of the later ones that was due sooner. */
export function dueTime({ times, phases }: Frontier, phase: number): number {
  return times[countBelow(phases, phase)] ?? Number.POSITIVE_INFINITY
}

/** Of rising numbers, how many are below a limit. */
export function countBelow(rising: readonly number[], limit: number): number {
  let [low, high] = [0, rising.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((rising[middle] as number) < limit) low = middle + 1
    else high = middle
  }
  return low
}

/** Of rising numbers, how many are at or below a limit. */
export function countAtMost(rising: readonly number[], limit: number): number {
  let [low, high] = [0, rising.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((rising[middle] as number) <= limit) low = middle + 1
    else high = middle
  }
  return low
}
