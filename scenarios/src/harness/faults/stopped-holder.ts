import type { Fault, RevocationWait } from '@keyrace/contracts'
import { sleep } from '@keyrace/environment'
import type { FixtureApp } from '@keyrace/load'
import type { Arm, World } from '@keyrace/testbed'
import { writeClause } from '../judging/breaches.ts'
import { mutationsOf } from '../mutations.ts'
import { closeLanes, type Lane, openLanes } from '../races/lanes.ts'
import { launch, runnerOn } from '../races/runner.ts'
import { warmUp } from '../races/warm-up.ts'
import type { PushRecord } from '../recording/push-record.ts'
import type { MutationRecord } from '../recording/recorder.ts'
import type { Breach, Context, Told } from '../scenario.ts'

/** Beyond the write clause: what a deletion takes besides. */
const graceMs = 200
/** Until what was sent is in the hands of the builder that has stopped. */
const deliveryMs = 50

/**
 * Who lets revocations wait for builders says how long at most. Of each arm with such a write clause one builder
 * is stopped where processes can be, and an app is deleted that it has admitted pushes to. Whether a push that
 * waits inside it is let in when it goes on, the history tells; how long the deletion waited is told here.
 */
export async function stopHolders(
  context: Context,
): Promise<Required<Pick<Told, 'faults' | 'breaches' | 'doubts'>>> {
  const { world, signal, progress, prefix } = context
  const told = { faults: [] as Fault[], breaches: [] as Breach[], doubts: [] as string[] }
  const waitedFor = world.arms.filter(({ claim }) => (claim.write.ms ?? 0) > 0)
  for (const [index, arm] of waitedFor.entries()) {
    if (world.pause === undefined || signal.aborted) break
    progress({ kind: 'phase', name: `stopping a builder of ${arm.name}` })
    const app = `${prefix}app-of-a-stopped-holder-${index + 1}`
    const stop = await stopHolder(context, { arm, app, pause: world.pause })
    if (stop === undefined) {
      told.doubts.push(`${arm.name} let nobody in before one of its builders was to be stopped`)
      continue
    }
    const fault = faultOf(context, stop)
    told.faults.push(fault)
    told.breaches.push(...breachesOf(stop, fault))
    if (!fault.tookEffect) told.doubts.push(`${fault.story}, and went on all the same`)
    else if (stop.waits.length === 0)
      told.doubts.push(`${fault.story}, and no deletion waited for it`)
  }
  return told
}

/** What happened, on the world's clock. */
interface Stop {
  readonly arm: Arm
  readonly replica: string
  readonly op: string
  readonly beganAt: number
  readonly endedAt: number
  readonly deletion: MutationRecord
  readonly waits: readonly RevocationWait[]
  readonly push: PushRecord
}

interface Target {
  readonly arm: Arm
  readonly app: string
  readonly pause: NonNullable<World['pause']>
}

/** Undefined where the builders were not ready for it. */
async function stopHolder(
  context: Context,
  { arm, app, pause }: Target,
): Promise<Stop | undefined> {
  const { world, fixture } = context
  const { createApp, deleteApp } = mutationsOf(context)
  const owned = { ...(fixture.apps[0] as FixtureApp), app }
  const { generation } = await createApp(owned)
  const story = { id: app, app, key: owned.pusher, effect: 'revocation', ground: 'app' } as const
  const lanes = (await openLanes(context, owned.pusher, [arm])) ?? []
  const [lane] = lanes
  try {
    const isWarm = await warmUp(context, story, lanes.map(runnerOn))
    if (lane === undefined || generation === null || !isWarm) return undefined
    const earlier = (await waitsOf(world, arm)).length
    const stopped = await whileStopped(context, lane, pause, {
      deletion: () => deleteApp(owned, generation),
      push: () => launch(context, story, runnerOn(lane), { phase: 'race' }),
    })
    return {
      arm,
      replica: lane.replica.name,
      ...stopped,
      waits: (await waitsOf(world, arm)).slice(earlier),
    }
  } finally {
    await closeLanes(lanes)
  }
}

async function whileStopped(
  { world: { clock }, recorder }: Context,
  { arm, replica }: Lane,
  pause: Target['pause'],
  act: {
    deletion(): Promise<MutationRecord>
    push(): Promise<PushRecord>
  },
) {
  const resume = await pause(arm, replica)
  const beganAt = clock.now()
  const fault = recorder.fault({ arm: arm.name, replica: replica.name }, 'stopped by SIGSTOP')
  const { deletion, pushing } = await meanwhile()
  const endedAt = clock.now()
  return { op: fault.op, beganAt, endedAt, deletion, push: await pushing }

  async function meanwhile() {
    try {
      const deletion = await act.deletion()
      const pushing = act.push()
      await sleep(clock, deliveryMs)
      return { deletion, pushing }
    } finally {
      await resume()
      fault.end()
    }
  }
}

async function waitsOf(
  { revocationWaits }: World,
  { name }: Arm,
): Promise<readonly RevocationWait[]> {
  return (await revocationWaits())[name] ?? []
}

function faultOf({ recorder }: Context, { arm, replica, beganAt, endedAt, push }: Stop): Fault {
  const since = (time: number) => time - recorder.origin
  return {
    kind: 'pause',
    arm: arm.name,
    replica,
    beganAt: since(beganAt),
    endedAt: since(endedAt),
    tookEffect: push.attempt.stamps.doneAt >= endedAt,
    story: `${replica} of ${arm.name} was stopped at ${seconds(since(beganAt))} until ${seconds(since(endedAt))}`,
  }
}

/** What the controller wrote down for this arm counts: the deletion itself waits for the other arms as well. */
function breachesOf({ arm, replica, op, deletion, waits }: Stop, fault: Fault): Breach[] {
  const boundMs = arm.claim.write.ms ?? 0
  const waitedMs = Math.max(0, ...waits.map(({ ms }) => ms))
  if (waitedMs <= boundMs + graceMs) return []
  const story = `${fault.story}; a deletion waited ${Math.round(waitedMs)} ms, and ${Math.round(boundMs)} ms are claimed`
  return [{ arm: arm.name, promise: writeClause, replica, story, ops: [op, deletion.op] }]
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(3)} s`
}
