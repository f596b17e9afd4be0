import type { MicroHistory, MicroMutation, MicroPush } from './micro-history.ts'

/**
 * Tries every order of mutations and decisions that fits real time and the terms, and tells whether in one of them
 * each decision finds a world in which it is right. Slow and plain on purpose: it knows no phases, no registers
 * and no limits.
 */
export function couldBe(micro: MicroHistory): boolean {
  const happened = micro.mutations.filter(({ fate }) => fate === 'ok' || fate === 'logged')
  if (happened.some((earlier) => happened.some((later) => contradicts(earlier, later))))
    return false
  const steps = [...Map.groupBy(happened, ({ revision }) => revision).values()]
  const worlds = [emptyWorld]
  for (const step of steps) worlds.push(step.reduce(changed, worlds.at(-1) as World))
  const loose = micro.mutations.filter(({ fate }) => fate === 'loose')
  const decided = micro.pushes.filter(({ outcome }) => outcome === 'ok' || outcome === 'denied')
  const groups = Map.groupBy(decided, (push) => scopeOf(push, micro))
  return [...groups.values()].every((group) =>
    someOrder({ steps, worlds, loose, group, micro, dead: new Set() }, 0, 0),
  )
}

interface World {
  /** `user key` */
  readonly keys: readonly string[]
  readonly apps: Readonly<
    Record<string, { readonly generation: number; readonly owner: string | null }>
  >
  /** `user app` → generation */
  readonly grants: Readonly<Record<string, number>>
}

const emptyWorld: World = { keys: [], apps: {}, grants: {} }

interface Search {
  readonly steps: readonly (readonly MicroMutation[])[]
  /** After so many steps. */
  readonly worlds: readonly World[]
  readonly loose: readonly MicroMutation[]
  readonly group: readonly MicroPush[]
  readonly micro: MicroHistory
  /** Where a search has failed already. */
  readonly dead: Set<number>
}

/** From a world after so many steps, with these decisions taken, as bits. */
function someOrder(search: Search, taken: number, step: number): boolean {
  const { steps, group, dead } = search
  if (taken === (1 << group.length) - 1) return true
  const place = step * 8 + taken
  if (dead.has(place)) return false
  const isLeft = (push: number) => (taken & (1 << push)) === 0
  for (const [number, push] of group.entries()) {
    if (!isLeft(number)) continue
    const waits = group.some((other, at) => isLeft(at) && other.cmp < push.inv)
    if (waits && search.micro.terms.scope !== 'none') continue
    if (steps.slice(step).some((missed) => missed.some((one) => isDue(one, push, search)))) continue
    if (!isRight(search, push, step)) continue
    if (someOrder(search, taken | (1 << number), step)) return true
  }
  const next = steps[step]
  const tooLate = group.some((push, at) => isLeft(at) && next?.some(({ inv }) => push.cmp < inv))
  if (next !== undefined && !tooLate && someOrder(search, taken, step + 1)) return true
  dead.add(place)
  return false
}

function scopeOf(push: MicroPush, { terms: { scope }, pushes }: MicroHistory): string {
  const { user, key, app, replica } = push
  switch (scope) {
    case 'none':
      return String(pushes.indexOf(push))
    case 'replica':
      return `${user} ${key} ${app} ${replica}`
    case 'register':
      return `${user} ${key} ${app}`
    case 'user':
      return user
  }
}

/** In commit order one came first, and in real time it began when the other was over. */
function contradicts(earlier: MicroMutation, later: MicroMutation): boolean {
  return earlier.revision < later.revision && endOf(later) < earlier.inv
}

function endOf({ fate, cmp, committedAt }: MicroMutation): number {
  return fate === 'ok' ? cmp : (committedAt ?? Number.POSITIVE_INFINITY)
}

function isDue(mutation: MicroMutation, push: MicroPush, { micro }: Search): boolean {
  const { bounds, ownBoundMs, settledAt } = micro.terms
  if (!concerns(mutation, push) || (settledAt !== null && push.inv < settledAt)) return false
  const isOwn = mutation.user === push.user && ownBoundMs !== null
  return endOf(mutation) + (isOwn ? ownBoundMs : bound()) < push.inv

  function bound(): number {
    switch (mutation.f) {
      case 'createApp':
        return bounds.grant.app
      case 'deleteApp':
        return bounds.revocation.app
      case 'addKey':
        return bounds.grant.key
      case 'removeKey':
        return bounds.revocation.key
      case 'grant':
        return bounds.grant.permission
      case 'revokeGrant':
        return bounds.revocation.permission
      case 'transferApp':
        return bounds[mutation.user === push.user ? 'grant' : 'revocation'].permission
    }
  }
}

function concerns(mutation: MicroMutation, push: MicroPush): boolean {
  if (mutation.app === null) return mutation.user === push.user && mutation.key === push.key
  const aboutOne = mutation.f === 'grant' || mutation.f === 'revokeGrant'
  return mutation.app === push.app && (!aboutOne || mutation.user === push.user)
}

/** In the world itself, or in one that differs from it by what may have happened. */
function isRight({ worlds, loose }: Search, push: MicroPush, step: number): boolean {
  const possible = loose.filter((one) => one.inv <= push.cmp && concerns(one, push))
  return anyOf(worlds[step] as World, possible)

  function anyOf(world: World, left: readonly MicroMutation[]): boolean {
    if (fits(world, push)) return true
    return left.some((one) => {
      const others = left.filter((other) => other !== one)
      return anyOf(changed(world, one), others)
    })
  }
}

/** Stands for a generation that nobody knows. */
const unknown = -1

function fits({ keys, apps, grants }: World, push: MicroPush): boolean {
  const { user, key, app, outcome, generation } = push
  const life = apps[app]
  const mayPush =
    life !== undefined &&
    keys.includes(`${user} ${key}`) &&
    (life.owner === user || grants[`${user} ${app}`] === life.generation)
  if (outcome === 'denied') return !mayPush
  const isNamed = generation === null || [generation, unknown].includes(life?.generation ?? 0)
  return mayPush && isNamed
}

function changed(world: World, mutation: MicroMutation): World {
  const { f, user, key, app, generation, fate } = mutation
  const [binding, grant, name] = [`${user} ${key}`, `${user} ${app}`, app ?? '']
  const life = world.apps[name]
  switch (f) {
    case 'addKey':
      return { ...world, keys: [...world.keys, binding] }
    case 'removeKey':
      return { ...world, keys: world.keys.filter((one) => one !== binding) }
    case 'grant':
      return { ...world, grants: { ...world.grants, [grant]: generation ?? unknown } }
    case 'revokeGrant':
      if (world.grants[grant] !== generation) return world
      return { ...world, grants: { ...world.grants, [grant]: 0 } }
    case 'createApp':
      if (life !== undefined && fate === 'loose') return world
      return withApp(world, name, { generation: generation ?? unknown, owner: user })
    case 'transferApp':
      if (life?.generation !== generation) return world
      return withApp(world, name, { generation: generation as number, owner: user })
    case 'deleteApp': {
      if (life?.generation !== generation) return world
      const { [name]: gone, ...others } = world.apps
      return { ...world, apps: others }
    }
  }
}

function withApp(world: World, name: string, life: World['apps'][string]): World {
  return { ...world, apps: { ...world.apps, [name]: life } }
}
