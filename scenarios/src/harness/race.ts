import { integer, sleep, uniform } from '@keyrace/environment'
import { ConnectionRefused, type PushConnection, type PushKey } from '@keyrace/load'
import type { Arm, Replica } from '@keyrace/testbed'
import { pushOn } from './push.ts'
import type { MutationRecord, PushRecord } from './recorder.ts'
import type { Context } from './scenario.ts'

/** What a race is about: the app, who pushes to it, and the change that ends (or gives) the right. */
export interface RaceStory {
  readonly id: string
  readonly app: string
  readonly key: PushKey
  /** The mutation that is raced. */
  mutate(): Promise<MutationRecord>
}

/** Relative to the mutation: from before it is sent until well after the bound has passed. */
const earliestMs = -200
const shortestHorizonMs = 1_000
const horizonInBounds = 1.3
/** The push that must overlap the mutation begins this long before it at most. */
const overlapLeadMs = 8
/** Beyond the claim, until a replica that still refuses the first push is given up. */
const patienceMs = 5_000
const pauseBetweenWarmUpsMs = 200

/** A replica in a race: an authenticated connection that has pushed once, and what it pushed since. */
interface Lane {
  readonly arm: Arm
  readonly replica: Replica
  readonly connection: PushConnection
  readonly pushes: Promise<PushRecord>[]
  running: number
}

export interface RaceResult {
  readonly pushes: readonly PushRecord[]
  /** `arm/replica` of the lanes in which the race was held. */
  readonly held: ReadonlySet<string>
  readonly mutation: MutationRecord | undefined
}

/**
 * One race, as all arms run it together: each replica accepts one push first, so that every cache is warm;
 * then the mutation is sent while a push is under way on every replica, and further exec requests follow
 * at seeded offsets. It is held in a lane if one decided push overlapped the mutation and one began after
 * its acknowledgement.
 */
export async function race(context: Context, story: RaceStory): Promise<RaceResult> {
  const lanes = await openLanes(context, story)
  try {
    const isComplete = lanes.length === countReplicas(context)
    if (!isComplete || !(await warmUp(context, story, lanes))) return notHeld(lanes)
    const mutation = await runRace(context, story, lanes)
    return { mutation, pushes: await finished(lanes), held: await heldIn(lanes, mutation) }
  } finally {
    await Promise.all(lanes.map(({ connection }) => connection.close()))
  }
}

export function laneName({ arm, replica }: { arm: Arm; replica: Replica }): string {
  return `${arm.name}/${replica.name}`
}

/** The lanes whose builder let the pusher in; a race needs all of them. */
async function openLanes({ world }: Context, { key }: RaceStory): Promise<Lane[]> {
  const lanes = world.arms.flatMap((arm) => arm.replicas.map((replica) => ({ arm, replica })))
  const opened = await Promise.all(
    lanes.map(async (lane) => {
      const connection = await lane.replica.connect(key).catch(ifRefused)
      return connection && { ...lane, connection, pushes: [], running: 0 }
    }),
  )
  return opened.filter((lane) => lane !== undefined)
}

function ifRefused(error: unknown): undefined {
  if (!(error instanceof ConnectionRefused)) throw error
}

function countReplicas({ world }: Context): number {
  return world.arms.reduce((count, { replicas }) => count + replicas.length, 0)
}

async function warmUp(
  context: Context,
  story: RaceStory,
  lanes: readonly Lane[],
): Promise<boolean> {
  const arms = Map.groupBy(lanes, ({ arm }) => arm.name).values()
  const warmed = await Promise.all([...arms].map((group) => warmUpArm(context, story, group)))
  return warmed.every(Boolean) && !context.signal.aborted
}

// A copy may not know yet that the app stands: its own claim says how long that may take.
async function warmUpArm(context: Context, story: RaceStory, lanes: readonly Lane[]) {
  const { clock } = context.world
  for (const lane of lanes) {
    const giveUpAt = clock.now() + (lane.arm.claim.grant.app.ms ?? 0) + patienceMs
    while ((await launch(context, story, lane, 'warm')).attempt.outcome !== 'ok') {
      if (clock.now() > giveUpAt || context.signal.aborted) return false
      await sleep(clock, pauseBetweenWarmUpsMs)
    }
  }
  return true
}

async function runRace(
  context: Context,
  story: RaceStory,
  lanes: readonly Lane[],
): Promise<MutationRecord> {
  const { world } = context
  const { clock, random } = world
  const settled: Promise<void>[] = []
  for (const lane of lanes) {
    const lead = integer(random, 0, overlapLeadMs, 'overlap', operationOf(story, lane))
    settled.push(launchAfter(context, story, lane, -earliestMs - lead))
    const free = offset(context, story, lane, 0)
    if (free < 0) settled.push(launchAfter(context, story, lane, free - earliestMs))
  }
  await sleep(clock, -earliestMs)
  // Whatever ended too early is replaced, so that the mutation meets a push on every replica.
  for (const lane of lanes) if (lane.running === 0) void launch(context, story, lane, 'race')
  const mutation = await story.mutate()
  for (const lane of lanes) {
    const free = offset(context, story, lane, 0)
    if (free >= 0) settled.push(launchAfter(context, story, lane, free))
    settled.push(launchAfter(context, story, lane, Math.max(offset(context, story, lane, 1), 1)))
  }
  await Promise.all(settled)
  return mutation
}

/** Draw 0 may fall before the mutation, draw 1 always falls after its acknowledgement. */
function offset({ world }: Context, story: RaceStory, lane: Lane, draw: 0 | 1): number {
  const boundMs = lane.arm.claim.revocation.app.ms ?? 0
  const horizonMs = Math.max(shortestHorizonMs, horizonInBounds * boundMs)
  const from = draw === 0 ? earliestMs : 0
  return uniform(world.random, from, horizonMs, 'offset', operationOf(story, lane), draw)
}

// Twins of one strategy draw alike, and so do replicas of different arms: the same race for each arm.
function operationOf({ id }: RaceStory, { replica }: Lane): string {
  return `${id}/${replica.name}`
}

async function launchAfter(context: Context, story: RaceStory, lane: Lane, delayMs: number) {
  await sleep(context.world.clock, delayMs, context.signal)
  if (!context.signal.aborted) await launch(context, story, lane, 'race')
}

function launch(
  context: Context,
  { app, key, id }: RaceStory,
  lane: Lane,
  phase: 'warm' | 'race',
): Promise<PushRecord> {
  lane.running++
  const order = {
    ...lane,
    app,
    key,
    phase,
    block: null,
    nonce: `${id}/${laneName(lane)}/${lane.pushes.length + 1}`,
    intendedAt: context.world.clock.now(),
  }
  const push = pushOn(lane.connection, order, context).finally(() => lane.running--)
  lane.pushes.push(push)
  return push
}

async function finished(lanes: readonly Lane[]): Promise<PushRecord[]> {
  return await Promise.all(lanes.flatMap(({ pushes }) => pushes))
}

async function heldIn(lanes: readonly Lane[], mutation: MutationRecord): Promise<Set<string>> {
  const held = new Set<string>()
  if (mutation.type !== 'ok') return held
  for (const lane of lanes) {
    const decided = (await Promise.all(lane.pushes)).filter(wasDecided)
    const pushes = decided.map(({ attempt }) => attempt.stamps)
    const overlapped = pushes.some(
      ({ execAt, doneAt }) => execAt <= mutation.completedAt && doneAt >= mutation.invokedAt,
    )
    const followed = pushes.some(({ execAt }) => execAt > mutation.completedAt)
    if (overlapped && followed) held.add(laneName(lane))
  }
  return held
}

function wasDecided({ attempt }: PushRecord): boolean {
  return ['ok', 'denied', 'rejected'].includes(attempt.outcome)
}

async function notHeld(lanes: readonly Lane[]): Promise<RaceResult> {
  return { pushes: await finished(lanes), held: new Set(), mutation: undefined }
}
