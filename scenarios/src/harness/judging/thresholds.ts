import type { ArmResult, Run } from '@keyrace/contracts'

type Threshold = Run['thresholds'][number]

const form =
  /^(?:(?<arm>[a-z0-9#-]+):)?(?<figure>[a-zA-Z]+(?:\(\d+\))?)\s*(?<sign><=|<|>=|>)\s*(?<limit>\d+(?:\.\d+)?)$/

/** What a threshold may be about, of each arm: times of pushes at the first service time, and counts. */
const figures = {
  'p(50)': ({ latencyMs }) => latencyMs.response.p50,
  'p(90)': ({ latencyMs }) => latencyMs.response.p90,
  'p(95)': ({ latencyMs }) => latencyMs.response.p95,
  'p(99)': ({ latencyMs }) => latencyMs.response.p99,
  max: ({ latencyMs }) => latencyMs.response.max,
  staleAdmissions: ({ correctness }) => correctness.staleAdmissions,
  staleAccepts: ({ correctness }) => correctness.staleAccepts,
  requestsPerPush: ({ controller }) => controller.authorizationRequestsPerWarmPush,
} as const satisfies Record<string, (arm: ArmResult) => number | null>

export const thresholdFigures = Object.keys(figures)

const holds = {
  '<': (actual: number, limit: number) => actual < limit,
  '<=': (actual: number, limit: number) => actual <= limit,
  '>': (actual: number, limit: number) => actual > limit,
  '>=': (actual: number, limit: number) => actual >= limit,
}

/** Is this `p(95)<250` or, for one arm, `poll:p(95)<250`? */
export function isThreshold(expression: string): boolean {
  const { figure = '' } = form.exec(expression)?.groups ?? {}
  return Object.hasOwn(figures, figure)
}

/** Each expression over each arm that it is about. What was not measured, or no arm is about, does not hold. */
export function judgeThresholds(
  expressions: readonly string[],
  arms: readonly ArmResult[],
): Threshold[] {
  return expressions.flatMap((expression) => {
    const parts = form.exec(expression)?.groups
    const figure = parts?.figure as keyof typeof figures
    if (parts === undefined || !Object.hasOwn(figures, figure)) {
      throw new TypeError(`not a threshold: ${expression}`)
    }
    const limit = Number(parts.limit)
    const concerned = arms.filter(({ name }) => parts.arm === undefined || parts.arm === name)
    const judged = concerned.map((arm): Threshold => {
      const actual = figures[figure](arm)
      const ok = actual !== null && holds[parts.sign as keyof typeof holds](actual, limit)
      const named = parts.arm === undefined ? `${arm.name}:${expression}` : expression
      return { expression: named, ok, actual, limit }
    })
    return judged.length > 0 ? judged : [{ expression, ok: false, actual: null, limit }]
  })
}
