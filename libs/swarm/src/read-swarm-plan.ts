import { type PlannedOperation, SwarmPlan } from '@keyrace/contracts'
import { isStrategyName, settle, strategies } from '@keyrace/key-lookup'
import { type Validation, validator } from '@keyrace/report'

/** Reads the plan of a simulated world; `problem` names the first place that is wrong, and what would be right. */
export function readSwarmPlan(value: unknown): Validation<SwarmPlan> {
  const shaped = validate(value)
  if (!shaped.ok) return shaped
  const problem = problemsOf(shaped.value).find((found) => found !== undefined)
  return problem === undefined ? shaped : { ok: false, problem }
}

const validate: (value: unknown) => Validation<SwarmPlan> = validator(SwarmPlan)

function problemsOf(plan: SwarmPlan): (string | undefined)[] {
  const { operations, faults } = plan
  return [
    strategyProblem(plan),
    doubleProblem([...operations, ...faults].map(({ id }) => id)),
    ...operations.map((operation, index) =>
      at(
        `/operations/${index}`,
        operationProblem(operation) ?? builderProblem(operation.replica, plan),
      ),
    ),
    ...faults.map(({ fromMs, toMs, node, peer }, index) =>
      at(
        `/faults/${index}`,
        toMs < fromMs
          ? `ends at ${toMs} ms, before it begins: let toMs be ${fromMs} or more`
          : (builderProblem(node, plan) ?? builderProblem(peer, plan)),
      ),
    ),
  ]
}

function at(place: string, problem: string | undefined): string | undefined {
  return problem === undefined ? undefined : `${place} ${problem}`
}

function strategyProblem({ strategy: name, knobs }: SwarmPlan): string | undefined {
  if (!isStrategyName(name)) {
    return `/strategy is '${name}': choose from ${Object.keys(strategies).join(', ')}`
  }
  const known = Object.keys(strategies[name].knobs)
  const stray = Object.keys(knobs).find((knob) => !known.includes(knob))
  if (stray !== undefined) return `/knobs has ${stray}: ${name} has ${known.join(', ')}`
  try {
    settle(name, strategies[name], knobs)
    return undefined
  } catch (error) {
    if (error instanceof RangeError) return `/knobs: ${error.message}`
    throw error
  }
}

/** Everything that is drawn for an operation or a fault is keyed by its id. */
function doubleProblem(ids: readonly string[]): string | undefined {
  const double = ids.find((id, index) => ids.indexOf(id) !== index)
  return double === undefined
    ? undefined
    : `has two parts with the id ${double}: rename one of them`
}

const needed = {
  push: ['app', 'key', 'replica'],
  createApp: ['app'],
  deleteApp: ['app'],
  transferApp: ['app', 'user'],
  grant: ['app', 'user'],
  revokeGrant: ['app', 'user'],
  addKey: ['key'],
  removeKey: ['key'],
} as const satisfies Record<PlannedOperation['f'], (keyof PlannedOperation)[]>

function operationProblem(operation: PlannedOperation): string | undefined {
  const missing = needed[operation.f].find((part) => operation[part] === undefined)
  return missing === undefined ? undefined : `is a ${operation.f}, which needs ${missing}`
}

function builderProblem(name: string | undefined, { replicas }: SwarmPlan): string | undefined {
  const number = /^builder-(\d+)$/.exec(name ?? '')?.[1]
  if (number === undefined || (Number(number) >= 1 && Number(number) <= replicas)) return undefined
  return `names ${name}, and there are ${replicas} builders: choose builder-1 to builder-${replicas}`
}
