/** What befalls a step of a service. */
export interface Impediment {
  addedMs: number
  /** Instead of it, or once it is done and nobody can know. */
  failure: 'before' | 'after' | undefined
}

export type Impede = (step: string, impediment: Impediment) => void

/** Faults that stand in the way of a service. */
export interface Impediments {
  /** From now on it is asked about each step, until the returned function is called. */
  add(impede: Impede): () => void
  /** What befalls the next step; undefined: nothing. */
  meet(step: string): Impediment | undefined
}

export function createImpediments(): Impediments {
  const all = new Set<Impede>()
  return {
    add(impede) {
      all.add(impede)
      return () => void all.delete(impede)
    },
    meet(step) {
      if (all.size === 0) return undefined
      const impediment: Impediment = { addedMs: 0, failure: undefined }
      for (const impede of all) impede(step, impediment)
      return impediment
    },
  }
}
