import type { Judgement } from '@keyrace/checker'
import type { AuditEntry, HistoryEvent, RevocationWait, SwarmPlan } from '@keyrace/contracts'
import { sleep } from '@keyrace/environment'
import { createRecorder, indexEvidence, readRemovals, readUnread } from '@keyrace/scenarios'
import type { TraceSummary } from '@keyrace/simulation'
import { type Arm, inSimulatedWorld, type SimulationOptions, type World } from '@keyrace/testbed'
import { plantedIn } from './mutants/planted-in.ts'
import { createCast, loadCast } from './play/cast.ts'
import { befall } from './play/fault-schedule.ts'
import { longestBoundMs, probe, settlingMs } from './play/liveness.ts'
import { perform, type Stage } from './play/operations.ts'
import { scenarioPlanOf } from './play/scenario-plan.ts'
import { settleUnknown } from './play/unknown-outcomes.ts'
import { judgeWorld } from './play/verdict.ts'
import { findWhatIsLeft } from './play/what-is-left.ts'

/** What became of a plan. */
export interface PlayedWorld {
  readonly plan: SwarmPlan
  readonly trace: TraceSummary
  /** In order of time, which counts from the begin of the first operation; faults stand in it. */
  readonly history: readonly HistoryEvent[]
  readonly judgement: Judgement
  readonly pushes: number
  /** By the id of the fault: how often it touched anything. */
  readonly effects: Readonly<Record<string, number>>
  /** Points of the code that were held up, and how often. */
  readonly held: Readonly<Record<string, number>>
  /** How long revocations waited for the builders. */
  readonly waits: readonly RevocationWait[]
}

/** What makes no difference to the world: to see more of it, or to drain it in another way. */
export type PlayOptions = Pick<SimulationOptions, 'onEvent' | 'drain'>

/**
 * Plays a plan in virtual time and judges it: the same plan gives the same trace and the same judgement. Rejects
 * with a SimulationError, or with what the code under test threw, where the world could not go on.
 */
export async function playWorld(plan: SwarmPlan, options: PlayOptions = {}): Promise<PlayedWorld> {
  // Read at each pass, so that nobody is held up any more once it is empty.
  const points: Record<string, number> = { ...plan.points }
  const calm = () => {
    for (const name of Object.keys(points)) delete points[name]
  }
  const { result, trace } = await inSimulatedWorld(
    scenarioPlanOf(plan),
    (world) => play(plan, world, calm),
    {
      ...options,
      networkLatencyMs: plan.networkLatencyMs,
      points,
      sabotage: plantedIn(plan),
    },
  )
  const { history, effects, held, waits, pushes } = result
  return { plan, trace, history, judgement: judgeWorld(plan, result), pushes, effects, held, waits }
}

/** Until copies that are read at the start are there. */
const startMs = 200

async function play(plan: SwarmPlan, world: World, calm: () => void) {
  const { clock, patienceMs } = world
  const [arm] = world.arms as [Arm]
  const warmUpMs = longestBoundMs(arm.claim) + startMs
  const startAt = clock.now() + warmUpMs
  const recorder = createRecorder(clock, { elapsedMs: -warmUpMs, rows: 0, prefix: '' })
  const stage: Stage = { world, arm, recorder, cast: createCast(), connections: new Map() }
  await loadCast(plan, stage)

  const effects = await playPlanned(plan, startAt, stage)
  calm()
  await sleep(clock, settlingMs(arm.claim))
  await probe(plan, stage)
  await findWhatIsLeft(plan, stage)

  const history = await readHistory(plan, stage)
  const waits = (await world.revocationWaits())[arm.name] ?? []
  const failedSweeps = world.failedSweeps?.(arm) ?? []
  const pushes = recorder.pushes()
  const sentBytes = new Map(pushes.map(({ op, attempt }) => [op, attempt.sentBytes]))
  const counts = { effects, held: heldIn(world), pushes: pushes.length }
  return { arm, history, waits, failedSweeps, patienceMs, sentBytes, ...counts }
}

function heldIn({ passes }: World): Record<string, number> {
  const counts = [...(passes?.() ?? [])].map(([name, { held }]) => [name, held] as const)
  return Object.fromEntries(counts.filter(([, held]) => held > 0))
}

/** Everything at its time. Resolves, once it is all over, to the effects of faults. */
async function playPlanned(
  { operations, faults }: SwarmPlan,
  startAt: number,
  stage: Stage,
): Promise<Record<string, number>> {
  const { clock } = stage.world
  const performing = operations.map(async (operation) => {
    await sleep(clock, startAt + operation.atMs - clock.now())
    await perform(operation, stage)
  })
  const befalling = faults.map(async (fault) => [fault.id, await befall(fault, startAt, stage)])
  await Promise.all(performing)
  return Object.fromEntries(await Promise.all(befalling))
}

async function readHistory(
  plan: SwarmPlan,
  { world, recorder }: Stage,
): Promise<readonly HistoryEvent[]> {
  const evidence = await indexEvidence(world)
  await readUnread({ plan: scenarioPlanOf(plan), world, recorder }, evidence)
  const history = recorder.history(evidence, await readRemovals(world))
  const isUnsettled = history.some(({ type }) => type === 'info')
  return isUnsettled ? settleUnknown(history, await readAudit(world)) : history
}

async function readAudit({ operator }: World): Promise<readonly AuditEntry[]> {
  const answer = await operator.call(
    'auditLog',
    { query: { limit: 10_000 } },
    { timeoutMs: 10_000 },
  )
  if (!answer.ok) throw new Error('the controller does not tell its audit log')
  return answer.body.entries
}
