import type { ArmResult, Consistency, Correctness, Plan } from '@keyrace/contracts'

/**
 * Within one schemaVersion the files of a run gain fields. What a run of an earlier version does not say is filled in
 * as it was then; what is damaged stays so, and is the schema's to refuse.
 */
export function completedRun(value: unknown): unknown {
  const run = Object(value)
  const turns = [each(run.arms, (arm) => Object(arm).name)]
  return { quirks: [], turns, ...run, arms: each(run.arms, completedArm) }
}

export function completedPlan(value: unknown): unknown {
  return { ...earlierSystem, ...Object(value) }
}

/** Only a connection that was opened for the push was timed. */
export function completedSample(value: unknown): unknown {
  const sample = Object(value)
  return { fresh: typeof Object(sample.phases).connect === 'number', ...sample }
}

const earlierSystem: Partial<Plan> = {
  system: 'fixed',
  quirks: [],
  repositories: 'shared',
  lock: 'file',
}

/** What was raced was the deletion of an app. */
function completedArm(value: unknown): unknown {
  const { races, correctness, ...arm } = Object(value)
  const staleness = Object(Object(correctness).measuredStalenessMs)
  const byKind = { app: staleness, permission: neverStale, key: neverStale }
  return {
    consistency: unknownConsistency,
    ...arm,
    races: { byMutation: deletions(Object(races).held), ...races },
    correctness: { ...correctness, measuredStalenessMs: { byKind, ...staleness } },
  }
}

function deletions(held: number): ArmResult['races']['byMutation'] {
  return held > 0 ? [{ effect: 'revocation', ground: 'app', held }] : []
}

const never = { certain: null, possible: null }
const neverStale: Correctness['measuredStalenessMs']['byKind']['key'] = {
  revocation: never,
  grant: never,
}

const nobodyAsked = { share: null, n: 0 }
const unknownConsistency: Consistency = {
  consistentWithin: {
    '10': nobodyAsked,
    '100': nobodyAsked,
    '1000': nobodyAsked,
    '10000': nobodyAsked,
  },
  revocationWaitMs: null,
}

function each(items: unknown, of: (item: unknown) => unknown): unknown {
  return Array.isArray(items) ? items.map(of) : items
}
