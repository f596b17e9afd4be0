import type { RightGround } from '@keyrace/contracts'
import type { Operation } from './history.ts'
import { permissionOf, pusherOf, repositoryOf } from './names.ts'
import { complement, possibleSpans, type Span, union } from './spans.ts'

/** What a right rests on. Each has its own bounds in a claim. */
export type Ground = RightGround

/**
 * Something that mutations switch on and off, as real time alone tells it: `may` is when it is on in some
 * order of the mutations that fits their intervals, `must` is when it is on in all of them.
 */
export interface Register {
  readonly ground: Ground
  readonly may: readonly Span[]
  readonly must: readonly Span[]
}

export interface Registers {
  /** All generations of an app that may have come to be. */
  generations(app: string | null): readonly number[]
  /** Is this generation of the app alive? */
  app(app: string | null, generation: number): Register
  /** All apps that the user may have had a right to. */
  appsOf(user: string | null): readonly string[]
  /** What ended this generation of the app, or may have. */
  deletions(app: string | null, generation: number): readonly Operation[]
  /** Does the user own the app, or have a grant on it? */
  permission(user: string | null, app: string | null, generation: number): Register
  /** Does the key belong to the user? */
  key(user: string | null, key: string | null): Register
}

/** Stands for what a creation of unknown outcome may have created; real generations begin at 1. */
const unseenGeneration = 0

/** In `createApp` and `transferApp`, `user` is the owner that the app gets. */
export function createRegisters(mutations: readonly Operation[]): Registers {
  const effective = mutations.filter(({ type }) => type === 'ok' || type === 'info')
  const byKey = Map.groupBy(only(effective, 'addKey', 'removeKey'), ({ pusher }) => pusher)
  const byGrant = Map.groupBy(only(effective, 'grant', 'revokeGrant'), (mutation) =>
    permissionOf(mutation.user, lifeIn(mutation)),
  )
  const lives = only(effective, 'createApp', 'deleteApp', 'transferApp')
  const byLife = Map.groupBy(lives, lifeIn)
  const byApp = Map.groupBy(lives, ({ app }) => app)
  const apps = new Map<string, Register>()
  const permissions = new Map<string, Register>()
  const keys = new Map<string, Register>()

  return {
    generations: (app) => [...new Set(byApp.get(app)?.map(generationOf))],

    app: (app, generation) =>
      remembered(apps, repositoryOf(app, generation), () => {
        const writes = lifeOf(app, generation)
        return register('app', only(writes, 'createApp'), only(writes, 'deleteApp'))
      }),

    appsOf(user) {
      const given = only(effective, 'createApp', 'transferApp', 'grant')
      const own = given.filter((mutation) => mutation.user === user)
      return [...new Set(own.flatMap(({ app }) => app ?? []))]
    },

    deletions: (app, generation) => only(lifeOf(app, generation), 'deleteApp'),

    permission: (user, app, generation) =>
      remembered(permissions, permissionOf(user, repositoryOf(app, generation)), (name) => {
        const handovers = only(lifeOf(app, generation), 'createApp', 'transferApp')
        const grants = byGrant.get(name) ?? []
        const owned = register(
          'permission',
          handovers.filter((handover) => handover.user === user),
          handovers.filter((handover) => handover.user !== user),
        )
        if (grants.length === 0) return owned
        const granted = register('permission', only(grants, 'grant'), only(grants, 'revokeGrant'))
        return {
          ground: 'permission',
          may: union([...owned.may, ...granted.may]),
          must: union([...owned.must, ...granted.must]),
        }
      }),

    key: (user, key) =>
      remembered(keys, pusherOf(user, key), (name) => {
        const writes = byKey.get(name) ?? []
        return register('key', only(writes, 'addKey'), only(writes, 'removeKey'))
      }),
  }

  /** A generation that nobody was seen to create is what a creation of unknown outcome may have created. */
  function lifeOf(app: string | null, generation: number): readonly Operation[] {
    const writes = byLife.get(repositoryOf(app, generation)) ?? []
    if (only(writes, 'createApp').length > 0) return writes
    return [...writes, ...(byLife.get(repositoryOf(app, unseenGeneration)) ?? [])]
  }
}

function register(ground: Ground, on: readonly Operation[], off: readonly Operation[]): Register {
  return { ground, may: possibleSpans(on, off), must: complement(possibleSpans(off, on, true)) }
}

function only(operations: readonly Operation[], ...kinds: Operation['f'][]): readonly Operation[] {
  return operations.filter(({ f }) => kinds.includes(f))
}

function generationOf({ generation, f, type, op }: Operation): number {
  if (generation !== null) return generation
  if (f === 'createApp' && type === 'info') return unseenGeneration
  throw new Error(`the history is malformed: ${f} ${op} does not say which generation it is about`)
}

/** The generation of an app that a mutation is about. */
function lifeIn(mutation: Operation): string {
  return repositoryOf(mutation.app, generationOf(mutation))
}

/** What stands under a name, made at the first question. */
export function remembered<T>(known: Map<string, T>, name: string, make: (name: string) => T): T {
  const found = known.get(name)
  if (found !== undefined) return found
  const made = make(name)
  known.set(name, made)
  return made
}
