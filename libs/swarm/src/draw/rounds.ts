import type { PlannedOperation, SwarmPlan } from '@keyrace/contracts'
import { type Dice, rounded } from './dice.ts'
import { type Standing, standingOf } from './standing.ts'

/** Something that somebody does, before it has its place in the plan. */
export type Step = Omit<PlannedOperation, 'id'>

/** What a round is about: whose rights change, and what changes them. */
interface Story {
  readonly mutations: readonly Step[]
  readonly app: string
  /** Whose pushes are the interesting ones. */
  readonly pushers: readonly Pusher[]
}

interface Pusher {
  readonly user: string
  readonly key: string
}

interface Scene {
  readonly dice: Dice
  readonly standing: Standing
  readonly atMs: number
}

/** How a right can come and go. Undefined where there is nobody it could happen to. */
type Round = (scene: Scene) => Story | undefined

const fewestRounds = 5
const mostRounds = 9
const fewestPushes = 5
const mostPushes = 9
/** Until every builder has been pushed to once. */
const warmUpMs = 150
const shortestHorizonMs = 150
const longestHorizonMs = 1_500

/**
 * Rounds of mutations with pushes around each: warm builders first, then one change of rights after the other, and
 * pushes before, during and after it until it must have been heard of.
 */
export function drawOperations(
  dice: Dice,
  plan: Pick<SwarmPlan, 'users' | 'apps' | 'replicas'>,
  boundMs: number,
): readonly PlannedOperation[] {
  const standing = standingOf(plan)
  const replicas = Array.from({ length: plan.replicas }, (_, index) => `builder-${index + 1}`)
  const horizonMs = Math.min(longestHorizonMs, Math.max(shortestHorizonMs, 1.3 * boundMs))
  const steps: Step[] = warmUp(dice.of('warm-up'), standing, replicas)
  let atMs = warmUpMs
  const count = dice.integer('rounds', fewestRounds, mostRounds)
  for (let number = 1; number <= count; number++) {
    const ownDice = dice.of(`round-${number}`)
    atMs += ownDice.magnitude('gap', 20, 2 * horizonMs)
    const story = drawStory({ dice: ownDice, standing, atMs })
    steps.push(
      ...story.mutations,
      ...pushesAround(ownDice, story, { standing, replicas, atMs, horizonMs }),
    )
  }
  return steps
    .map((step) => ({ ...step, atMs: rounded(Math.max(0, step.atMs)) }))
    .toSorted((a, b) => a.atMs - b.atMs)
    .map((step, index) => ({ id: `o${index + 1}`, ...step }))
}

function warmUp(dice: Dice, { apps, keys }: Standing, replicas: readonly string[]): Step[] {
  return [...apps].flatMap(([app, { owner }]) => {
    const key = dice.pick(`key of ${app}`, [...(keys.get(owner) ?? [])])
    return replicas.map((replica) => ({
      ...{ atMs: dice.number(`${app} ${replica}`, 0, warmUpMs), f: 'push' as const },
      ...{ by: owner, key, app, replica, ref: 'refs/heads/main' },
    }))
  })
}

function drawStory(scene: Scene): Story {
  const { dice } = scene
  const first = dice.pick('kind', rounds)
  // There is always somebody who can create an app.
  return first(scene) ?? recreation(scene) ?? creation(scene)
}

/** An app goes, and comes again under its old owner or another. */
function recreation({ dice, standing, atMs }: Scene): Story | undefined {
  const app = pickApp(dice, standing)
  if (app === undefined) return undefined
  const { owner, collaborators } = standing.apps.get(app) as {
    owner: string
    collaborators: Set<string>
  }
  const pushers = pushersOf(standing, [owner, ...collaborators])
  const deletion: Step = { atMs, f: 'deleteApp', by: owner, app }
  if (dice.chance('for good', 0.15)) {
    standing.apps.delete(app)
    return { mutations: [deletion], app, pushers }
  }
  const next = dice.chance('another owner', 0.6) ? dice.pick('next owner', standing.users) : owner
  standing.apps.set(app, { owner: next, collaborators: new Set() })
  const creationMs = atMs + dice.magnitude('until creation', 2, 600)
  const mutations: Step[] = [deletion, { atMs: creationMs, f: 'createApp', by: next, app }]
  return { mutations, app, pushers: [...pushers, ...pushersOf(standing, [next])] }
}

/** An app comes that was not there before. */
function creation({ dice, standing, atMs }: Scene): Story {
  const owner = dice.pick('owner', standing.users)
  const app = `new-${Math.floor(atMs)}`
  standing.apps.set(app, { owner, collaborators: new Set() })
  const mutations: Step[] = [{ atMs, f: 'createApp', by: owner, app }]
  return { mutations, app, pushers: pushersOf(standing, [owner]) }
}

/** A collaborator loses a grant, or somebody gets one and then loses it. */
function revocation({ dice, standing, atMs }: Scene): Story | undefined {
  const app = pickApp(dice, standing)
  const found = app === undefined ? undefined : standing.apps.get(app)
  const others = standing.users.filter((user) => user !== found?.owner)
  if (app === undefined || found === undefined || others.length === 0) return undefined
  const { owner, collaborators } = found
  const user = dice.pick('user', collaborators.size > 0 ? [...collaborators] : others)
  const mutations: Step[] = [{ atMs, f: 'revokeGrant', by: owner, user, app }]
  if (!collaborators.has(user)) {
    mutations.push({
      atMs: atMs - dice.magnitude('granted before', 5, 300),
      f: 'grant',
      by: owner,
      user,
      app,
    })
  }
  collaborators.delete(user)
  if (dice.chance('again', 0.5)) {
    mutations.push({
      atMs: atMs + dice.magnitude('until again', 5, 600),
      f: 'grant',
      by: owner,
      user,
      app,
    })
    collaborators.add(user)
  }
  return { mutations, app, pushers: pushersOf(standing, [user]) }
}

/** A key goes, and may come again; nobody is left without any. */
function keyRemoval({ dice, standing, atMs }: Scene): Story | undefined {
  const pusher = pickPusher(dice, standing)
  if (pusher === undefined) return undefined
  const { user, key, app } = pusher
  const mutations: Step[] = [{ atMs, f: 'removeKey', by: user, user, key }]
  const own = standing.keys.get(user)
  const isLast = own?.size === 1
  if (isLast || dice.chance('again', 0.7)) {
    mutations.push({
      atMs: atMs + dice.magnitude('until again', 5, 600),
      f: 'addKey',
      by: user,
      user,
      key,
    })
  } else own?.delete(key)
  return { mutations, app, pushers: [{ user, key }] }
}

/** "I have just added my key": a new one, and pushes with it at once. */
function keyAddition({ dice, standing, atMs }: Scene): Story | undefined {
  const app = pickApp(dice, standing)
  if (app === undefined) return undefined
  const user = standing.apps.get(app)?.owner as string
  const key = `${user}/new-${Math.floor(atMs)}`
  standing.keys.get(user)?.add(key)
  return { mutations: [{ atMs, f: 'addKey', by: user, user, key }], app, pushers: [{ user, key }] }
}

/** An app changes hands, and may come back. */
function transfer({ dice, standing, atMs }: Scene): Story | undefined {
  const app = pickApp(dice, standing)
  const found = app === undefined ? undefined : standing.apps.get(app)
  const others = standing.users.filter((user) => user !== found?.owner)
  if (app === undefined || found === undefined || others.length === 0) return undefined
  const { owner } = found
  const next = dice.pick('next owner', others)
  const pushers = pushersOf(standing, [owner, next])
  const mutations: Step[] = [{ atMs, f: 'transferApp', by: owner, user: next, app }]
  found.owner = next
  if (dice.chance('back', 0.3)) {
    mutations.push({
      atMs: atMs + dice.magnitude('until back', 5, 600),
      f: 'transferApp',
      by: next,
      user: owner,
      app,
    })
    found.owner = owner
  }
  return { mutations, app, pushers }
}

const rounds: readonly Round[] = [
  recreation,
  recreation,
  recreation,
  revocation,
  revocation,
  keyRemoval,
  keyRemoval,
  keyAddition,
  transfer,
  creation,
]

interface Around {
  readonly standing: Standing
  readonly replicas: readonly string[]
  readonly atMs: number
  readonly horizonMs: number
}

function pushesAround(dice: Dice, { app, pushers }: Story, around: Around): Step[] {
  const { standing, replicas, atMs, horizonMs } = around
  const everybody = pushersOf(standing, standing.users)
  const count = dice.integer('pushes', fewestPushes, mostPushes)
  return Array.from({ length: count }, (_, index): Step => {
    const own = dice.of(`push-${index + 1}`)
    const isStranger = own.chance('stranger', 0.15) || pushers.length === 0
    const { user, key } = own.pick('pusher', isStranger ? everybody : pushers)
    const replica = own.pick('replica', replicas)
    const isBefore = own.chance('before', 0.25)
    const offsetMs = isBefore ? -own.magnitude('early', 1, 60) : own.magnitude('late', 1, horizonMs)
    const elsewhere = isStranger && standing.apps.size > 0
    return {
      ...{ atMs: atMs + offsetMs, f: 'push', by: user, key, replica, ref: drawRef(own) },
      app: elsewhere ? own.pick('app', [...standing.apps.keys()]) : app,
      ...(own.chance('reused', 0.4) && { connection: `${replica}/${key}` }),
    }
  })
}

/** Most push what is deployed. */
function drawRef(dice: Dice): string {
  const other = dice.pick('other ref', ['refs/heads/dev', 'refs/heads/fix', 'refs/tags/v1'])
  return dice.chance('main', 0.65) ? 'refs/heads/main' : other
}

function pickApp(dice: Dice, { apps }: Standing): string | undefined {
  return apps.size === 0 ? undefined : dice.pick('subject', [...apps.keys()])
}

/** Somebody with a key and an app that they own. */
function pickPusher(dice: Dice, standing: Standing): (Pusher & { app: string }) | undefined {
  const owners = [...standing.apps].flatMap(([app, { owner }]) =>
    pushersOf(standing, [owner]).map((pusher) => ({ ...pusher, app })),
  )
  return owners.length === 0 ? undefined : dice.pick('owner', owners)
}

function pushersOf({ keys }: Standing, users: readonly string[]): readonly Pusher[] {
  return [...new Set(users)].flatMap((user) =>
    [...(keys.get(user) ?? [])].map((key) => ({ user, key })),
  )
}
