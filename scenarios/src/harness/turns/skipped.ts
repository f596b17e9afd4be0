import { judge } from '@keyrace/checker'
import type { ArmResult, Plan } from '@keyrace/contracts'
import { type ArmPlan, armsOf, obstacleTo, SetupError } from '@keyrace/testbed'
import { tally } from '../judging/tally.ts'
import { noRaces } from '../scenario.ts'

/** An arm that is left out, by its name in the whole plan. */
export interface SkippedArm {
  readonly name: string
  readonly reason: string
}

/**
 * The plan without the arms that cannot run here, and why. Throws a SetupError where one of them was asked for
 * by name, or where none is left.
 */
export function sortOut(
  plan: Plan,
  obstacle: (arm: ArmPlan, plan: Plan) => string | undefined = obstacleTo,
): { readonly playable: Plan; readonly skipped: readonly SkippedArm[] } {
  const named = armsOf(plan).filter(({ isControl }) => !isControl)
  const obstacles = named.map((arm) => obstacle(arm, plan))
  const skipped = named.flatMap(({ name }, index) => {
    const reason = obstacles[index]
    return reason === undefined ? [] : [{ name, reason, optional: plan.arms[index]?.optional }]
  })
  const wanted = skipped.find(({ optional }) => !optional) ?? skipped[0]
  if (wanted !== undefined && (!wanted.optional || skipped.length === named.length)) {
    throw new SetupError('arm-cannot-run', `${wanted.name} cannot run: ${wanted.reason}`)
  }
  if (skipped.length === 0) return { playable: plan, skipped }
  const arms = plan.arms.flatMap((arm, index) => {
    return obstacles[index] === undefined
      ? [{ ...arm, name: named[index]?.name ?? arm.strategy }]
      : []
  })
  return {
    playable: { ...plan, arms },
    skipped: skipped.map(({ name, reason }) => ({ name, reason })),
  }
}

/** What run.json tells of an arm that did nothing. */
export function skippedResult(plan: Plan, { name, reason }: SkippedArm): ArmResult {
  const arm = armsOf(plan).find((one) => one.name === name)
  if (arm === undefined) throw new Error(`there is no arm ${name}`)
  const [judgement] = judge({
    events: [],
    arms: [{ name, claim: arm.claim, replicas: [], vacuous: true }],
    commitCheck: plan.commitCheck,
    require: plan.require,
    sentBytes: new Map(),
  })
  if (judgement === undefined) throw new Error(`nobody judged ${name}`)
  const { correctness, consistentWithin } = judgement
  const result = tally({
    arm: { ...arm, replicas: [] },
    plan,
    pushes: [],
    samples: [],
    races: noRaces,
    latency: { achievedRate: () => undefined, authorizationRequestsPerPush: {} },
    usage: { requests: { identify: 0, authorize: 0, publish: 0, background: 0 }, bytes: 0 },
    correctness,
    consistency: { consistentWithin, revocationWaitMs: null },
  })
  return { ...result, skipped: { reason } }
}
