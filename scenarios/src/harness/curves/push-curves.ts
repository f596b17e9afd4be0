import { type Curve, purposes, type Sample } from '@keyrace/contracts'
import { sampleOf } from '@keyrace/load'
import { blockOrder, distribution } from '@keyrace/statistics'
import type { Arm } from '@keyrace/testbed'
import { tellArms } from '../arm-progress.ts'
import { pushAfresh } from '../pushing/push.ts'
import { indexEvidence } from '../recording/evidence-index.ts'
import { type PushRecord, wasAccepted } from '../recording/push-record.ts'
import { settledUsage } from '../recording/settled-usage.ts'
import type { Context } from '../scenario.ts'
import { curvePoint, type Subject } from './curve-point.ts'

/** Pushes of one arm: a point on each of its curves. */
interface Cell extends Subject {
  readonly arm: Arm
}

export interface TimedCell extends Cell {
  readonly blocks: readonly Block[]
}

interface Block {
  readonly pushes: readonly PushRecord[]
  /** What the controller charged to the arm meanwhile: what it does in the background as well. */
  readonly requests: number
  readonly bytes: number
}

/** In virtual time pushes are counted, not timed: there is no noise to even out. */
const effort = {
  real: { blocks: 5, pushesPerBlock: 4 },
  sim: { blocks: 1, pushesPerBlock: 2 },
} as const

/**
 * Short blocks of pushes, for each subject and arm and over again, in an order that lets a drift of the
 * machine fall on all alike. One person pushes after the other, each on a connection of their own.
 */
export async function timePushes(
  context: Context,
  subjects: readonly Subject[],
): Promise<readonly TimedCell[]> {
  const { plan, world, signal } = context
  const timed = subjects.flatMap((subject) =>
    world.arms.map((arm) => ({ ...subject, arm, blocks: [] as Block[] })),
  )
  // The first push to an app makes its repository.
  for (const cell of timed) {
    if (!signal.aborted) await pushTimes(context, cell, { block: 0, count: plan.replicas })
  }
  for (let round = 1; round <= effort[plan.mode].blocks; round++) {
    for (const cell of blockOrder(timed, round)) {
      if (signal.aborted) break
      // Behind those by which arms are compared: these are not among them.
      cell.blocks.push(await runBlock(context, cell, plan.latency.pairs + round))
    }
    tellArms(context)
  }
  return timed
}

async function runBlock(context: Context, cell: Cell, block: number): Promise<Block> {
  const before = await settledUsage(context, cell.arm)
  const { pushesPerBlock: count } = effort[context.plan.mode]
  const pushes = await pushTimes(context, cell, { block, count })
  const after = await settledUsage(context, cell.arm)
  const made = purposes.map((purpose) => after.requests[purpose] - before.requests[purpose])
  return {
    pushes,
    requests: made.reduce((sum, requests) => sum + requests, 0),
    bytes: after.bytes - before.bytes,
  }
}

async function pushTimes(
  context: Context,
  { arm, x, app: { app, pusher: key } }: Cell,
  { block, count }: { block: number; count: number },
): Promise<PushRecord[]> {
  const { plan, world } = context
  const pushes: PushRecord[] = []
  for (let n = 0; n < count; n++) {
    const replica = arm.replicas[n % arm.replicas.length]
    if (replica === undefined) throw new Error(`${arm.name} has no builders`)
    const push = await pushAfresh(
      {
        arm,
        replica,
        app,
        key,
        nonce: `curve/${arm.name}/${app}/${x}/${block}/${n}`,
        phase: 'latency',
        block,
        serviceTimeMs: plan.serviceTimesMs[0] ?? 0,
        intendedAt: world.clock.now(),
      },
      context,
    )
    pushes.push(push)
  }
  return pushes
}

interface Figure {
  readonly name: string
  readonly unit: string
  /** Of one block; null where it has nothing to say. */
  of(block: Block, toSample: (push: PushRecord) => Sample): number | null
}

const latencyFigures: readonly Figure[] = [
  timing('push latency', ({ doneAt, intendedAt }) => doneAt - intendedAt),
  timing('authorize phase', ({ phases }) => phases.authorize),
  // No strategy and no key touches it: where it moves, the machine has moved.
  timing('key exchange (control)', ({ phases }) => phases.keyExchange),
]

const costFigures: readonly Figure[] = [
  { name: 'requests per push', unit: '', of: ({ requests, pushes }) => requests / pushes.length },
  { name: 'bytes per push', unit: 'B', of: ({ bytes, pushes }) => bytes / pushes.length },
]

function timing(name: string, msOf: (sample: Sample) => number | null): Figure {
  return {
    name,
    unit: 'ms',
    of: ({ pushes }, toSample) => {
      const known = pushes
        .filter(wasAccepted)
        .map((push) => msOf(toSample(push)))
        .filter((ms) => ms !== null)
      return distribution(known).p50
    },
  }
}

/** What a push takes and costs along one axis, a curve for each figure and arm. Times only of a real world. */
export async function pushCurves(
  { world, recorder }: Context,
  cells: readonly TimedCell[],
  axis: string,
): Promise<Curve[]> {
  const evidence = await indexEvidence(world)
  const toSample = (push: PushRecord) =>
    sampleOf(push, { ...push, evidence: evidence(push), runStartedAt: recorder.origin })
  const figures = world.mode === 'real' ? [...latencyFigures, ...costFigures] : costFigures
  return figures.flatMap(({ name, unit, of }) =>
    world.arms.map((arm) => ({
      name: `${name} by ${axis}`,
      series: arm.name,
      x: { label: axis, unit: '' },
      y: { label: name, unit },
      points: cells
        .filter((cell) => cell.arm === arm)
        .map(({ x, blocks }) => {
          const values = blocks.map((block) => of(block, toSample)).filter((one) => one !== null)
          return curvePoint(x, values, countAccepted(blocks))
        }),
    })),
  )
}

/** One sentence for each cell that has no figure: a curve with a hole in it proves nothing. */
export function missingPushes(cells: readonly TimedCell[], axis: string): string[] {
  return cells
    .filter(({ blocks }) => countAccepted(blocks) === 0)
    .map(({ arm, x }) => `${arm.name} accepted no push at ${x} ${axis}`)
}

function countAccepted(blocks: readonly Block[]): number {
  return blocks.flatMap(({ pushes }) => pushes).filter(wasAccepted).length
}
