import { arrivals, runSchedule } from '@keyrace/load'
import type { Arm } from '@keyrace/testbed'
import { tellArms } from './arm-progress.ts'
import { type PushOrder, pushAfresh } from './push.ts'
import type { Context } from './scenario.ts'

/** Asked of each arm while its block runs: well below what a builder and two cores can take. */
const askedRatePerSecond = 25
/** A builder that stands still is not buried: further pushes wait, and count as late. */
const maxPushesInFlight = 64

/** By arm name, without block 0. */
export interface LatencyResult {
  readonly askedRate: number
  /** Pushes ended per second of its blocks. */
  readonly achievedRate: Readonly<Record<string, number>>
  /** What `authorize` asked of the controller; every push of these blocks is warm. */
  readonly authorizationRequestsPerPush: Readonly<Record<string, number>>
}

/**
 * Short blocks of pushes without any mutation, each arm in turn, in ABBA order, so that a drift of the
 * machine falls on all arms alike. Each push opens a connection of its own, as a person's does; apps,
 * replicas and offsets are the same for each arm. Block 0 warms up and is left out of the figures.
 */
export async function latencyPhase(context: Context): Promise<LatencyResult> {
  const { plan, world, signal } = context
  const elapsedMs = Object.fromEntries(world.arms.map(({ name }) => [name, 0]))
  const blocks = plan.latency.blocks === 0 ? 0 : plan.latency.blocks + 1
  let warmed = await world.usage()
  for (let block = 0; block < blocks && !signal.aborted; block++) {
    for (const arm of block % 2 === 0 ? world.arms : world.arms.toReversed()) {
      const tookMs = await runBlock(context, arm, block)
      if (block > 0) elapsedMs[arm.name] = (elapsedMs[arm.name] ?? 0) + tookMs
      tellArms(context)
    }
    if (block === 0) warmed = await world.usage()
  }
  const ended = await world.usage()
  const pushes = plan.latency.blocks * plan.latency.pushesPerBlock
  const perArm = (figure: (arm: string) => number) =>
    Object.fromEntries(pushes === 0 ? [] : world.arms.map(({ name }) => [name, figure(name)]))
  const authorizations = (usage: typeof ended, arm: string) => usage[arm]?.requests.authorize ?? 0
  return {
    askedRate: askedRatePerSecond,
    achievedRate: perArm((arm) => (pushes / (elapsedMs[arm] || 1)) * 1000),
    authorizationRequestsPerPush: perArm(
      (arm) => (authorizations(ended, arm) - authorizations(warmed, arm)) / pushes,
    ),
  }
}

async function runBlock(context: Context, arm: Arm, block: number): Promise<number> {
  const { plan, world, signal } = context
  const count = plan.latency.pushesPerBlock
  const durationMs = (count / askedRatePerSecond) * 1000
  const offsets = arrivals.poisson(count, durationMs, world.random, `latency/${block}`)
  const startedAt = world.clock.now()
  await runSchedule({
    clock: world.clock,
    offsets,
    maxInFlight: maxPushesInFlight,
    signal,
    start: async (index, intendedAt) => {
      await pushAfresh(orderOf(context, { arm, block, index, intendedAt }), context)
    },
  })
  return Math.max(world.clock.now() - startedAt, durationMs)
}

function orderOf(
  { plan, fixture: { apps } }: Context,
  turn: { arm: Arm; block: number; index: number; intendedAt: number },
): PushOrder {
  const { arm, block, index } = turn
  const number = block * plan.latency.pushesPerBlock + index
  const target = apps[number % apps.length]
  const replica = arm.replicas[number % arm.replicas.length]
  if (target === undefined || replica === undefined) throw new Error('nothing to push to')
  const { app, pusher: key } = target
  return { ...turn, replica, app, key, nonce: `latency/${arm.name}/${number}`, phase: 'latency' }
}
