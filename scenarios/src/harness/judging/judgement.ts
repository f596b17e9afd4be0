import { judge } from '@keyrace/checker'
import type { ArmResult, HistoryEvent, Sample } from '@keyrace/contracts'
import { settledUsage } from '../recording/settled-usage.ts'
import type { Breach, Context, RaceCounts } from '../scenario.ts'
import type { LatencyResult } from '../timing/latency-phase.ts'
import { timedArms } from '../timing/timed.ts'
import { withBreaches } from './breaches.ts'
import { byConnection } from './by-connection.ts'
import { removalBoundMs } from './removal-bound.ts'
import { summarizeWaits } from './revocation-waits.ts'
import { tally } from './tally.ts'

export interface Judged {
  readonly result: ArmResult
  readonly isControl: boolean
  /** Acknowledged pushes of which nobody can say whether they were kept. */
  readonly unread: number
}

/** Has the history judged, and adds up what each arm did. */
export async function judgeArms(
  context: Context,
  told: {
    readonly history: readonly HistoryEvent[]
    readonly samples: readonly Sample[]
    readonly races: RaceCounts
    readonly latency: LatencyResult
    readonly breaches: readonly Breach[]
  },
): Promise<Judged[]> {
  const { plan, world, recorder } = context
  const { history, samples, races, latency, breaches } = told
  const pushes = recorder.pushes()
  // What the control did is judged as well: it must be as right as its twin.
  const arms = timedArms(world)
  const judgements = judge({
    events: history,
    arms: arms.map((arm) => ({
      ...arm,
      vacuous: !arm.isControl && (races.held[arm.name] ?? 0) < races.planned,
    })),
    commitCheck: plan.commitCheck,
    require: plan.require,
    removalBoundMs: removalBoundMs(plan),
    // A builder without quirks may be stopped by a fault of the plan, or by whoever watches.
    patienceMs: plan.quirks.length > 0 ? world.patienceMs : null,
    repositories: plan.repositories,
    sentBytes: new Map(pushes.map(({ op, attempt }) => [op, attempt.sentBytes])),
  })
  const waits = await world.revocationWaits()
  return await Promise.all(
    arms.map(async (arm, index) => {
      const judgement = judgements[index]
      if (judgement === undefined) throw new Error(`nobody judged ${arm.name}`)
      const own = samples.filter((sample) => sample.arm === arm.name)
      const result = tally({
        arm,
        plan,
        pushes: pushes.filter((push) => push.arm === arm.name),
        samples: own,
        races: arm.isControl ? { ...races, planned: 0 } : races,
        latency,
        usage: await settledUsage(context, arm),
        correctness: withBreaches(
          { ...judgement.correctness, ...byConnection(judgement.findings, own) },
          breaches.filter((breach) => breach.arm === arm.name),
          history,
        ),
        consistency: {
          consistentWithin: judgement.consistentWithin,
          revocationWaitMs: summarizeWaits(waits[arm.name] ?? []),
        },
      })
      return { result, isControl: arm.isControl, unread: judgement.unread }
    }),
  )
}
