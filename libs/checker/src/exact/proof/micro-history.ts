import { blankEvent, mutationEffects, rightGrounds } from '@keyrace/contracts'
import type { HistoryColumns } from '../../history-columns.ts'
import type { MutationName } from '../mutation.ts'
import type { Settlements } from '../mutations.ts'
import type { Bounds, Scope, Terms } from '../terms.ts'
import { createDraws, type Draws } from './draws.ts'

export interface MicroMutation {
  readonly f: MutationName
  readonly user: string | null
  readonly key: string | null
  readonly app: string | null
  /** Null where it is not about an app, or nobody saw which one was created. */
  readonly generation: number | null
  readonly inv: number
  readonly cmp: number
  readonly revision: number
  /**
   * What became of it: acknowledged; refused; or without an answer, and then in the log, proven absent there,
   * or without a log that could tell.
   */
  readonly fate: 'ok' | 'fail' | 'logged' | 'absent' | 'loose'
  /** Of one that is in the log, if it says so. */
  readonly committedAt: number | null
}

export interface MicroPush {
  readonly user: string
  readonly key: string
  readonly app: string
  readonly replica: string
  readonly inv: number
  readonly cmp: number
  readonly outcome: 'ok' | 'denied' | 'fail' | 'info'
  /** That it names. */
  readonly generation: number | null
}

/** A few mutations, a few pushes, and what they are held to. */
export interface MicroHistory {
  readonly mutations: readonly MicroMutation[]
  readonly pushes: readonly MicroPush[]
  readonly terms: Terms
}

/** The controller of these histories is right; the rest is chance, with many equal times. */
export function drawMicroHistory(seed: number): MicroHistory {
  const draws = createDraws(seed)
  const mutations = drawMutations(draws)
  const pushes = Array.from({ length: 1 + draws.below(3) }, () => drawPush(draws, mutations))
  return { mutations, pushes, terms: drawTerms(draws) }
}

const users = ['alice', 'alice', 'alice', 'bob']
const apps = ['blue', 'blue', 'blue', 'green']
const keyOf = (user: string) => `k-${user}`

interface Life {
  generation: number
  isLive: boolean
}

function drawMutations(draws: Draws): readonly MicroMutation[] {
  const lives = new Map(['blue', 'green'].map((app) => [app, { generation: 0, isLive: false }]))
  const mutations: MicroMutation[] = []
  let [now, revision] = [1, 0]
  if (!draws.oneIn(4)) {
    const isOneImport = draws.oneIn(2)
    for (const f of ['addKey', 'createApp'] as const) {
      const facts = factsOf(draws, { f, user: 'alice', app: 'blue' }, lives)
      if (mutations.length === 0 || !isOneImport) revision++
      mutations.push({ ...facts, ...at(0, 0), revision, fate: 'ok', committedAt: null })
    }
  }
  for (let count = draws.below(6); count > 0; count--) {
    now += draws.below(4)
    const fate = draws.of(fates)
    const happens = fate === 'ok' || fate === 'logged'
    const wish = { f: draws.of(kinds), user: draws.of(users), app: draws.of(apps) }
    const facts = factsOf(draws, wish, happens ? lives : copied(lives))
    // Now and then what the controller says of times cannot be.
    const when = draws.oneIn(40) ? now + draws.below(7) - 3 : now
    const inv = Math.max(1, when - draws.below(4))
    const cmp = Math.max(inv, when + (draws.oneIn(8) ? 8 : draws.below(4)))
    const isUnseen = facts.f === 'createApp' && (fate === 'loose' || fate === 'absent')
    mutations.push({
      ...facts,
      generation: isUnseen ? null : facts.generation,
      inv,
      cmp,
      revision: happens ? ++revision : -1,
      fate,
      committedAt: fate === 'logged' && draws.oneIn(2) ? Math.max(inv, when) : null,
    })
  }
  return mutations
}

const kinds: readonly MutationName[] = [
  'createApp',
  'deleteApp',
  'deleteApp',
  'transferApp',
  'addKey',
  'removeKey',
  'grant',
  'revokeGrant',
]

const fates = [
  'ok',
  'ok',
  'ok',
  'ok',
  'ok',
  'fail',
  'logged',
  'absent',
  'loose',
] as const satisfies MicroMutation['fate'][]

interface Wish {
  readonly f: MutationName
  readonly user: string
  readonly app: string
}

type Facts = Pick<MicroMutation, 'f' | 'user' | 'key' | 'app' | 'generation'>

/** What is wished, or what the controller would do now instead. */
function factsOf(draws: Draws, { f, user, app }: Wish, lives: ReadonlyMap<string, Life>): Facts {
  if (f === 'addKey' || f === 'removeKey') {
    return { f, user, key: keyOf(user), app: null, generation: null }
  }
  const life = lives.get(app) as Life
  const facts = { user, key: null, app }
  if (!life.isLive && (f === 'createApp' || !draws.oneIn(3) || life.generation === 0)) {
    Object.assign(life, { generation: life.generation + 1, isLive: true })
    return { ...facts, f: 'createApp', generation: life.generation }
  }
  const isLate = life.generation > 1 && draws.oneIn(4)
  const generation = isLate ? life.generation - 1 : life.generation
  const kind = f === 'createApp' ? 'deleteApp' : f
  if (kind === 'deleteApp' && !isLate) life.isLive = false
  return { ...facts, f: kind, generation }
}

function copied(lives: ReadonlyMap<string, Life>): ReadonlyMap<string, Life> {
  return new Map([...lives].map(([app, life]) => [app, { ...life }]))
}

function drawPush(draws: Draws, mutations: readonly MicroMutation[]): MicroPush {
  const last = mutations.at(-1)?.inv ?? 1
  const [user, inv] = [draws.of(users), 1 + draws.below(last + 4)]
  const outcome = draws.of([
    'ok',
    'ok',
    'ok',
    'denied',
    'denied',
    'denied',
    'fail',
    'info',
  ] as const)
  return {
    user,
    key: keyOf(draws.oneIn(8) ? draws.of(users) : user),
    app: draws.of(apps),
    replica: draws.of(['builder-1', 'builder-2']),
    ...at(inv, inv + draws.below(4)),
    outcome,
    generation: draws.of([null, 1, 1, 2]),
  }
}

function drawTerms(draws: Draws): Terms {
  const single = draws.below(4)
  const bound = draws.oneIn(2) ? () => draws.of([0, 1, 3]) : () => single
  const bounds = Object.fromEntries(
    mutationEffects.map((effect) => [
      effect,
      Object.fromEntries(rightGrounds.map((ground) => [ground, bound()])),
    ]),
  )
  return {
    bounds: bounds as Bounds,
    ownBoundMs: draws.oneIn(4) ? 0 : null,
    scope: draws.of(['none', 'replica', 'register', 'user'] satisfies Scope[]),
    settledAt: draws.oneIn(8) ? draws.below(10) : null,
  }
}

function at(inv: number, cmp: number) {
  return { inv, cmp }
}

/** Appends its rows to a history, and answers what the log says of mutations without an answer. */
export function tellMicroHistory(
  { mutations, pushes }: MicroHistory,
  history: HistoryColumns,
): Settlements {
  const settlements = new Map<string, { revision: number; committedAt: number | null } | 'absent'>()
  let idx = 0
  for (const [number, mutation] of mutations.entries()) {
    const { f, user, key, app, generation, inv, cmp, revision, fate, committedAt } = mutation
    const op = `m${number}`
    const type = fate === 'ok' || fate === 'fail' ? fate : 'info'
    const common = { ...blankEvent, proc: 'operator', f, op, user, key, app, generation }
    history.append({ ...common, idx: idx++, t: inv, type: 'invoke' })
    const told = fate === 'ok' ? revision : null
    history.append({ ...common, idx: idx++, t: cmp, type, revision: told })
    if (fate === 'logged') settlements.set(op, { revision, committedAt })
    if (fate === 'absent') settlements.set(op, 'absent')
  }
  for (const [number, push] of pushes.entries()) {
    const { outcome, inv, cmp, generation, ...facts } = push
    const common = { ...blankEvent, proc: 'client', arm: 'one', f: 'push', ...facts } as const
    const op = `p${number}`
    history.append({ ...common, op, idx: idx++, t: inv, type: 'invoke' })
    history.append({ ...common, op, idx: idx++, t: cmp, type: outcome, generation })
  }
  return settlements
}
