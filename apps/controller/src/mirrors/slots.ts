/** Lets so many work at once; the others wait for their turn, first come, first served. */
export function createSlots(most: number): {
  take<T>(work: () => Promise<T>): Promise<T>
} {
  const waiting: (() => void)[] = []
  let taken = 0

  return {
    async take(work) {
      if (taken < most) taken++
      else await new Promise<void>((resolve) => waiting.push(resolve))
      try {
        return await work()
      } finally {
        const next = waiting.shift()
        // Whoever is next takes over the slot.
        if (next === undefined) taken--
        else next()
      }
    },
  }
}
