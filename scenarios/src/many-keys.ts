import type { Plan } from '@keyrace/contracts'
import { createFixture, type FixtureApp } from '@keyrace/load'
import { type Costs, costCurves, costDoubts, measureCosts } from './harness/curves/cost-curves.ts'
import type { Subject } from './harness/curves/curve-point.ts'
import { loadFixture } from './harness/pushing/load-fixture.ts'
import { awaitReadiness } from './harness/pushing/readiness.ts'
import { pushAsStrangers } from './harness/pushing/stranger-pushes.ts'
import { type Context, noRaces, type Scenario } from './harness/scenario.ts'
import { warmUp } from './harness/timing/latency-phase.ts'
import { untimed } from './harness/usual-defaults.ts'

const keysOfTheUser = 'keys of the user'
const keysInTheStore = 'keys in the store'
/** Keys of one user; those beyond the plan's are left out. */
const steps = [1, 10, 50, 200, 1_000]
/** Of the crowd. */
const firstUsers = 1
/** An import is one transaction and has one timeout. */
const keysPerBatch = 200_000

/**
 * The thread's worry about its final proposal: every push would carry all keys of its user, and platforms
 * have users with hundreds. A crowd comes in a hundredth, a tenth and then whole; beside it stands one user
 * for each number of keys, who pushes with the one key among them that is real. What must hold: all of them
 * are let in, and none to the app of another. Read off: what one key more costs, in the user's hands and in
 * the store.
 */
export const manyKeys: Scenario = {
  name: 'many-keys',
  description: 'what a push costs as its user, and the store, have more keys',
  story:
    'Users with 1, 10, 50 … keys push to their apps while the store grows from one user to all of ' +
    'them. Each is let in to their own app and to no other. Afterwards the routes by which builders look ' +
    'up keys are driven as fast as they answer. Read off the curves what one key more costs.',
  defaults: {
    arms: [
      { strategy: 'fingerprint', knobs: {} },
      { strategy: 'user-keys', knobs: {} },
    ],
    replicas: 1,
    users: 500,
    keysPerUser: 200,
    apps: 8,
    races: 0,
    // The curves have blocks of their own; with --pairs the strategies are compared as well.
    // Store sizes are timed one after the other: a builder that still grows faster would bend their curve.
    latency: { ...untimed, warmUpPushes: 60 },
    commitCheck: 'none',
    require: 'claimed',
    serviceTimesMs: [0],
    reaper: null,
  },
  firstFixture: (plan) => ({ ...plan, users: firstUsers }),
  async run(context) {
    const { plan, world, progress } = context
    const owners = await loadOwners(context)
    if (plan.latency.pairs === 0) await warmUp(context, world.arms)
    const byStore = await growStore(context, owners)
    progress({ kind: 'phase', name: `measuring users with 1 to ${plan.keysPerUser} keys` })
    const byUser = await measureCosts(context, owners)
    const undenied = await pushAsStrangers(
      context,
      owners.map(({ app }) => app),
    )
    return {
      races: noRaces,
      curves: [
        ...(await costCurves(context, byUser, keysOfTheUser)),
        ...(await costCurves(context, byStore, keysInTheStore)),
      ],
      doubts: [
        ...costDoubts(byUser, keysOfTheUser),
        ...costDoubts(byStore, keysInTheStore),
        ...undenied,
      ],
    }
  },
}

/** For each number of keys up to the plan's, an app whose owner has so many. */
async function loadOwners(context: Context): Promise<readonly Subject[]> {
  const { keysPerUser, seed } = context.plan
  const owners: Subject[] = []
  for (const keys of stepsUpTo(keysPerUser)) {
    const prefix = `${context.prefix}owner-of-${keys}-`
    const fixture = createFixture({ seed, users: 1, keysPerUser: keys, apps: 1, prefix })
    await loadFixture(context, fixture)
    owners.push({ x: keys, app: fixture.apps[0] as FixtureApp })
  }
  await awaitReadiness(context, owners.at(-1)?.app.pusher)
  return owners
}

/** Lets the crowd in, and measures at each of its sizes what the owner with most keys has of it. */
async function growStore(context: Context, owners: readonly Subject[]): Promise<Costs> {
  const { plan, progress, signal } = context
  const { app } = owners.at(-1) as Subject
  const keysOfOwners = owners.reduce((sum, { x }) => sum + x, 0)
  const costs: Costs[] = []
  let loaded = firstUsers
  for (const users of crowdSizes(plan)) {
    if (signal.aborted) break
    await growCrowd(context, { from: loaded, to: users })
    loaded = users
    const x = keysOfOwners + users * plan.keysPerUser
    progress({ kind: 'phase', name: `measuring with ${x} keys in the store` })
    costs.push(await measureCosts(context, [{ x, app }]))
  }
  return {
    pushes: costs.flatMap(({ pushes }) => pushes),
    lookups: costs.flatMap(({ lookups }) => lookups),
  }
}

/** Until there are so many users, each with as many keys as the plan says. */
async function growCrowd(
  { plan, world, progress, signal, ...context }: Context,
  { from, to }: { from: number; to: number },
): Promise<void> {
  const { seed, keysPerUser } = plan
  const usersPerBatch = Math.ceil(keysPerBatch / keysPerUser)
  for (let loaded = from; loaded < to && !signal.aborted; loaded += usersPerBatch) {
    const users = Math.min(usersPerBatch, to - loaded)
    progress({ kind: 'phase', name: `loading ${users} more users × ${keysPerUser} keys` })
    const prefix = `${context.prefix}crowd-${loaded}-`
    await world.load(createFixture({ seed, users, keysPerUser, apps: 0, prefix }).lines())
  }
}

/** One user, a hundredth of them, a tenth, all. */
function crowdSizes({ users }: Plan): number[] {
  return [...new Set([firstUsers, Math.ceil(users / 100), Math.ceil(users / 10), users])]
}

function stepsUpTo(keysPerUser: number): number[] {
  return [...steps.filter((keys) => keys < keysPerUser), keysPerUser]
}
