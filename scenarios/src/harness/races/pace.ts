/** A push takes longer than this where races get in each other's way, and its decision with it. */
const longestPushMs = 400
const firstRaces = 10
const slowdown = 0.7

/** How many races may overlap in time. */
export interface Pace {
  /** Resolves when another race may begin. */
  begin(): Promise<Pacer>
}

export interface Pacer {
  /** `pushMs`: how long a push in this race took; infinite where it proved nothing, undefined without pushes. */
  end(pushMs: number | undefined): void
}

/**
 * As many races as the machine can carry, up to `most`. One more after each race whose pushes were quick; fewer
 * when they were slow, but only once for all races that were under way by then: they suffered from the
 * same. A machine that carries more than it can answers too late, and its races prove nothing.
 */
export function createPace(most: number): Pace {
  const waiting: (() => void)[] = []
  let allowed = Math.min(firstRaces, most)
  let running = 0
  let slowdowns = 0

  return {
    async begin() {
      if (running >= allowed) await new Promise<void>((go) => waiting.push(go))
      else running++
      const slowdownsThen = slowdowns
      return {
        end(pushMs) {
          running--
          if (pushMs !== undefined) adapt(pushMs, slowdownsThen)
          wake()
        },
      }
    },
  }

  function adapt(pushMs: number, slowdownsThen: number) {
    if (pushMs <= longestPushMs) allowed = Math.min(allowed + 1, most)
    else if (slowdowns === slowdownsThen) {
      slowdowns++
      allowed = Math.max(1, Math.floor(allowed * slowdown))
    }
  }

  function wake() {
    while (running < allowed) {
      const go = waiting.shift()
      if (go === undefined) return
      running++
      go()
    }
  }
}
