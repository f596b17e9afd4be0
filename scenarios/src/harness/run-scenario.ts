import type { HistoryEvent, Plan, Run, Sample } from '@keyrace/contracts'
import {
  describeEnvironment,
  inComposeWorld,
  inRealWorld,
  inSimulatedWorld,
  type World,
} from '@keyrace/testbed'
import type { Progress } from './progress.ts'
import type { Continuation } from './recording/recorder.ts'
import type { Scenario } from './scenario.ts'
import { joinedRun } from './turns/joined-run.ts'
import { type PlayedTurn, playTurn } from './turns/play-turn.ts'
import { sortOut } from './turns/skipped.ts'
import { turnsOf } from './turns/turns.ts'

export interface RunOptions {
  readonly progress: Progress
  /** Ends the run early: what was done so far is judged and returned, marked as interrupted. */
  readonly signal: AbortSignal
  /** Where logs, and repositories that are kept, go. */
  readonly folder: string
  readonly keepRepositories: boolean
}

export interface RunArtifacts {
  readonly run: Run
  readonly plan: Plan
  readonly samples: readonly Sample[]
  readonly history: readonly HistoryEvent[]
}

/**
 * Plays a plan, has the history judged, and answers with everything that a run leaves behind. Arms that cannot
 * all be alive at one time take turns, each in a world of its own; what they leave is joined: the history of a
 * turn goes on where the last one has ended, under names of its own.
 */
export async function runScenario(
  scenario: Scenario,
  plan: Plan,
  options: RunOptions,
): Promise<RunArtifacts> {
  const { playable, skipped } = sortOut(plan)
  for (const { name, reason } of skipped) {
    options.progress({ kind: 'phase', name: `leaving out ${name}: ${reason}` })
  }
  const environment = describeEnvironment()
  const plans = turnsOf(playable)
  const played: PlayedTurn[] = []
  for (const [index, turnPlan] of plans.entries()) {
    if (index > 0 && options.signal.aborted) break
    const turnOptions = plans.length === 1 ? options : optionsOfTurn(options, index, plans.length)
    const continuation = continuationOf(played, plans.length)
    const { progress, signal } = turnOptions
    if (index > 0) options.progress({ kind: 'turn' })
    const play = (world: World) =>
      playTurn(world, { scenario, plan: turnPlan, environment, continuation, progress, signal })
    played.push(await inWorldOf(turnPlan, turnOptions, play))
  }
  const [first, ...others] = played
  if (first === undefined) throw new Error('a plan has at least one turn')
  const unplayed = plans.slice(played.length).flatMap(({ arms }) =>
    arms.map(({ strategy, name = strategy }) => {
      return { name, reason: 'the run was stopped before its turn' }
    }),
  )
  const run = joinedRun({
    scenario,
    plan,
    environment,
    turns: [first, ...others],
    skipped: [...skipped, ...unplayed],
    interrupted: options.signal.aborted,
  })
  const samples = played.flatMap((turn) => turn.samples)
  const history = played.flatMap((turn) => turn.history)
  return { run, plan, samples, history }
}

/** What a turn is told says which it is, and its files do not replace those of another. */
function optionsOfTurn(options: RunOptions, index: number, count: number): RunOptions {
  const turn = index + 1
  return {
    ...options,
    folder: `${options.folder}/turn-${turn}`,
    progress(event) {
      const isPhase = event.kind === 'phase'
      options.progress(
        isPhase ? { ...event, name: `turn ${turn} of ${count}: ${event.name}` } : event,
      )
    },
  }
}

function continuationOf(played: readonly PlayedTurn[], count: number): Continuation {
  return {
    elapsedMs: played.at(-1)?.endedAtMs ?? 0,
    rows: played.reduce((sum, { history }) => sum + history.length, 0),
    prefix: count === 1 ? '' : `t${played.length + 1}-`,
  }
}

async function inWorldOf<T>(
  plan: Plan,
  options: RunOptions,
  use: (world: World) => Promise<T>,
): Promise<T> {
  const onStep = (name: string) => options.progress({ kind: 'phase', name })
  onStep(`starting the ${plan.mode === 'real' ? 'system' : 'simulation'}`)
  if (plan.mode === 'sim') return (await inSimulatedWorld(plan, use)).result
  if (plan.target === 'local') return await inRealWorld(plan, options, use)
  return await inComposeWorld(plan, { ...options, onStep }, use)
}
