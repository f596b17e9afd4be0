/** Something that may happen next, and what the world is like then. */
export interface Step<World> {
  readonly label: string
  readonly world: World
}

export interface Exploration<World> {
  /** How many worlds are told apart. */
  readonly states: number
  /** The shortest way to a world that must not be, and that world. */
  readonly violation: { readonly steps: readonly string[]; readonly world: World } | undefined
}

/**
 * Every world that can be reached, breadth first, until one is found that must not be. Worlds with the same
 * key are one and the same.
 */
export function explore<World>(
  start: World,
  model: {
    steps(world: World): Step<World>[]
    key(world: World): string
    isViolated(world: World): boolean
  },
): Exploration<World> {
  const seen = new Set([model.key(start)])
  const labels = ['']
  const parents = [0]
  let frontier = [{ world: start, index: 0 }]
  while (frontier.length > 0) {
    const next: typeof frontier = []
    for (const { world, index } of frontier) {
      for (const step of model.steps(world)) {
        const key = model.key(step.world)
        if (seen.has(key)) continue
        seen.add(key)
        labels.push(step.label)
        parents.push(index)
        const reached = { world: step.world, index: labels.length - 1 }
        if (model.isViolated(step.world)) {
          const violation = { steps: wayTo(reached.index), world: step.world }
          return { states: seen.size, violation }
        }
        next.push(reached)
      }
    }
    frontier = next
  }
  return { states: seen.size, violation: undefined }

  function wayTo(index: number): string[] {
    const way: string[] = []
    for (let at = index; at !== 0; at = parents[at] ?? 0) way.unshift(labels[at] ?? '')
    return way
  }
}
