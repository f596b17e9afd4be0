import { judge } from '@keyrace/checker'
import type { ArmResult, HistoryEvent, Sample } from '@keyrace/contracts'
import type { LatencyResult } from './latency-phase.ts'
import type { Context, RaceCounts } from './scenario.ts'
import { tally } from './tally.ts'

export interface Judged {
  readonly result: ArmResult
  /** Acknowledged pushes of which nobody can say whether they were kept. */
  readonly unread: number
}

/** Has the history judged, and adds up what each arm did. */
export async function judgeArms(
  { plan, world, recorder }: Context,
  told: {
    readonly history: readonly HistoryEvent[]
    readonly samples: readonly Sample[]
    readonly races: RaceCounts
    readonly latency: LatencyResult
  },
): Promise<Judged[]> {
  const { history, samples, races, latency } = told
  const usage = await world.usage()
  const pushes = recorder.pushes()
  const judgements = judge({
    events: history,
    arms: world.arms.map((arm) => ({
      ...arm,
      vacuous: (races.held[arm.name] ?? 0) < races.planned,
    })),
    commitCheck: plan.commitCheck,
    require: plan.require,
    sentBytes: new Map(pushes.map(({ op, attempt }) => [op, attempt.sentBytes])),
  })
  return world.arms.map((arm, index) => {
    const judgement = judgements[index]
    if (judgement === undefined) throw new Error(`nobody judged ${arm.name}`)
    const result = tally({
      arm,
      pushes: pushes.filter((push) => push.arm === arm.name),
      samples: samples.filter((sample) => sample.arm === arm.name),
      races,
      latency,
      usage: usage[arm.name],
      correctness: judgement.correctness,
    })
    return { result, unread: judgement.unread }
  })
}
