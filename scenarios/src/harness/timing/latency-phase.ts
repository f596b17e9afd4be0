import { type FixtureApp, type LoadReport, runLoad } from '@keyrace/load'
import { blockOrder } from '@keyrace/statistics'
import type { Arm, World } from '@keyrace/testbed'
import { tellArms } from '../arm-progress.ts'
import { type PushOrder, pushAfresh } from '../pushing/push.ts'
import type { Context } from '../scenario.ts'
import { timedArms } from './timed.ts'

/** Timed pushes go to so many apps in turn, so that each builder has admitted all of them before. */
const timedApps = 8
/** People at once while builders warm up: as many as keep two cores busy. */
const warmUpClients = 4
const operatorTimeoutMs = 10_000

export interface LatencyResult {
  /** Pushes per second of an arm's blocks at a service time; undefined where there were none. */
  achievedRate(arm: string, serviceTimeMs: number): number | undefined
  /** What `authorize` asked of the controller, by arm; every push of these blocks is warm. */
  readonly authorizationRequestsPerPush: Readonly<Record<string, number>>
}

/**
 * Short blocks of pushes without any mutation, each arm in turn and at each service time, in an order that
 * lets a drift of the machine fall on all arms alike. Each push opens a connection of its own, as a person's
 * does; apps, replicas and offsets are the same for each arm. What warms up is left out of the figures.
 */
export async function latencyPhase(context: Context): Promise<LatencyResult> {
  const { plan, world, progress } = context
  const arms = timedArms(world)
  const tookMs = new Map<string, number>()
  const serviceTimesMs = plan.latency.pairs > 0 ? plan.serviceTimesMs : []
  if (serviceTimesMs.length > 0) await warmUp(context, arms)
  const warmed = await world.usage()
  for (const serviceTimeMs of serviceTimesMs) {
    progress({ kind: 'phase', name: `timing pushes at a service time of ${serviceTimeMs} ms` })
    await setServiceTime(world, serviceTimeMs)
    for (const turn of turns(context, arms, serviceTimeMs)) {
      const name = blockName(turn.arm.name, serviceTimeMs)
      tookMs.set(name, (tookMs.get(name) ?? 0) + (await runBlock(context, turn)))
      tellArms(context)
    }
  }
  await setServiceTime(world, plan.serviceTimesMs[0] ?? 0)
  const ended = await world.usage()
  const authorizations = (arm: string) =>
    (ended[arm]?.requests.authorize ?? 0) - (warmed[arm]?.requests.authorize ?? 0)
  return {
    achievedRate(arm, serviceTimeMs) {
      const elapsedMs = tookMs.get(blockName(arm, serviceTimeMs))
      const pushes = countTimed(context, arm, serviceTimeMs)
      return elapsedMs === undefined ? undefined : (pushes / elapsedMs) * 1000
    },
    authorizationRequestsPerPush: Object.fromEntries(
      arms.flatMap(({ name }) => {
        const pushes = countTimed(context, name)
        return pushes === 0 ? [] : [[name, authorizations(name) / pushes]]
      }),
    ),
  }
}

interface Turn {
  readonly arm: Arm
  readonly serviceTimeMs: number
  /** From 1; 0 warms up. */
  readonly block: number
}

function* turns(
  { plan, signal }: Context,
  arms: readonly Arm[],
  serviceTimeMs: number,
): Generator<Turn> {
  for (let block = 1; block <= plan.latency.pairs; block++) {
    for (const arm of blockOrder(arms, block)) {
      if (signal.aborted) return
      yield { arm, serviceTimeMs, block }
    }
  }
}

/** All arms at once: nothing here is timed. */
export async function warmUp(context: Context, arms: readonly Arm[]): Promise<void> {
  const { plan, progress } = context
  const serviceTimeMs = plan.serviceTimesMs[0] ?? 0
  progress({ kind: 'phase', name: 'warming up the builders' })
  await runLoad(
    { kind: 'closed', clients: warmUpClients },
    {
      ...loadPorts(context, 'warm-up'),
      count: plan.latency.warmUpPushes * plan.replicas * arms.length,
      async start(index, intendedAt) {
        const arm = arms[index % arms.length]
        if (arm === undefined) throw new Error('there is no arm')
        const number = Math.floor(index / arms.length)
        await pushOnce(context, { arm, block: 0, serviceTimeMs }, { number, intendedAt })
      },
    },
  )
  tellArms(context)
}

/** Answers within how many milliseconds its pushes were started. */
async function runBlock(context: Context, turn: Turn): Promise<number> {
  const { load, pushesPerBlock } = context.plan.latency
  const report = await runLoad(load, {
    ...loadPorts(context, `latency/${turn.serviceTimeMs}/${turn.block}`),
    count: pushesPerBlock,
    async start(index, intendedAt) {
      const number = (turn.block - 1) * pushesPerBlock + index
      await pushOnce(context, turn, { number, intendedAt })
    },
  })
  return startedWithinMs(context, report)
}

/** Of open arrivals, the pushes that are still under way at the end are no sign of a slow generator. */
function startedWithinMs({ plan }: Context, { lagsMs, tookMs }: LoadReport): number {
  const { load, pushesPerBlock } = plan.latency
  if (load.kind === 'closed') return tookMs
  return (pushesPerBlock / load.ratePerSecond) * 1000 + (lagsMs.at(-1) ?? 0)
}

function loadPorts({ world: { clock, random }, signal }: Context, stream: string) {
  return { clock, random, signal, stream }
}

async function pushOnce(
  context: Context,
  { arm, block, serviceTimeMs }: Turn,
  { number, intendedAt }: { number: number; intendedAt: number },
): Promise<void> {
  const { app, pusher: key } = appOf(context, number)
  const replica = arm.replicas[number % arm.replicas.length]
  if (replica === undefined) throw new Error(`${arm.name} has no builders`)
  const order: PushOrder = {
    arm,
    replica,
    app,
    key,
    nonce: `latency/${arm.name}/${serviceTimeMs}/${block}/${number}`,
    phase: 'latency',
    block,
    serviceTimeMs,
    intendedAt,
  }
  await pushAfresh(order, context)
}

/**
 * Where builders and apps would come round together, the apps move on by one: each builder sees each app as
 * early as can be.
 */
function appOf({ fixture: { apps }, plan }: Context, number: number): FixtureApp {
  const inUse = Math.min(timedApps, apps.length)
  const rounds = Math.floor(number / leastCommonMultiple(inUse, plan.replicas))
  const app = apps[(number + rounds) % inUse]
  if (app === undefined) throw new Error('the fixture has no app to push to')
  return app
}

function leastCommonMultiple(a: number, b: number): number {
  let multiple = a
  while (multiple % b !== 0) multiple += a
  return multiple
}

/** A story may time blocks of its own behind these. */
function countTimed({ plan, recorder }: Context, arm: string, serviceTimeMs?: number): number {
  return recorder.pushes().filter((push) => {
    const isOfTime = serviceTimeMs === undefined || push.serviceTimeMs === serviceTimeMs
    const block = push.phase === 'latency' ? (push.block ?? 0) : 0
    return block >= 1 && block <= plan.latency.pairs && push.arm === arm && isOfTime
  }).length
}

async function setServiceTime({ operator }: World, ms: number): Promise<void> {
  const answer = await operator.call(
    'setServiceTime',
    { body: { ms } },
    { timeoutMs: operatorTimeoutMs },
  )
  if (!answer.ok) throw new Error(`the controller does not take a service time: ${answer.detail}`)
}

function blockName(arm: string, serviceTimeMs: number): string {
  return `${arm} ${serviceTimeMs}`
}
