import Type, { type Static, type TSchema } from 'typebox'
import type { pushPhases } from './distribution.ts'
import { oneOf } from './one-of.ts'

const nullable = <T extends TSchema>(schema: T) => Type.Union([schema, Type.Null()])
const Interval = Type.Tuple([Type.Number(), Type.Number()])

/** How much of one thing there is for one of the other; null where there were too few pairs to tell. */
const ratioFields = {
  serviceTimeMs: Type.Number(),
  /** Arm names: the ratio is a / b. */
  a: Type.String(),
  b: Type.String(),
  pairs: Type.Integer({ minimum: 0 }),
  ratio: nullable(Type.Number()),
  ci95: nullable(Interval),
} as const

/**
 * - `better`, `worse`: the whole interval lies beyond the margin
 * - `equivalent`: it lies within the margin
 * - `inconclusive`: neither; `morePairs` says how many would help
 * - `unproven`: a control moved as well, so the machine and not the strategy may have made the difference
 */
export const comparisonVerdicts = [
  'better',
  'worse',
  'equivalent',
  'inconclusive',
  'unproven',
] as const
export type ComparisonVerdict = (typeof comparisonVerdicts)[number]

/** Two arms at one service time: blocks that ran next to each other are compared, pair by pair. */
export const Comparison = Type.Object({
  /** `response.p50`: the median of a block's response times, from when a push was due. */
  metric: Type.String(),
  ...ratioFields,
  /** Of a sign-flip test over the pairs. */
  p: nullable(Type.Number()),
  /** a - b, in the metric's unit, which is milliseconds. */
  difference: nullable(Type.Object({ mean: Type.Number(), ci95: Interval })),
  /** In what share of the pairs a was below b. */
  winShare: nullable(Type.Number()),
  margin: Type.Number(),
  verdict: oneOf(comparisonVerdicts),
  morePairs: nullable(Type.Integer({ minimum: 1 })),
  /** One sentence each: why nothing is proven. */
  reasons: Type.Array(Type.String()),
})
export type Comparison = Static<typeof Comparison>

/** Phases of a push that no strategy can touch: where they differ, the machine has moved. */
export const untouchedPhases = [
  'keyExchange',
  'receive',
] as const satisfies readonly (typeof pushPhases)[number][]

const Control = Type.Object({ ...ratioFields, ok: Type.Boolean() })
export type Control = Static<typeof Control>

export const Controls = Type.Object({
  /** The first arm against a twin of itself, on builders of its own. */
  aa: Type.Array(Control),
  untouchedPhases: Type.Array(
    Type.Intersect([Type.Object({ phase: oneOf(untouchedPhases) }), Control]),
  ),
  /** Did the load generator keep its schedule? Empty in a closed loop, which has none. */
  generator: Type.Array(
    Type.Object({
      serviceTimeMs: Type.Number(),
      arm: Type.String(),
      /** Of the pushes per second that were asked for. */
      achievedShare: Type.Number(),
      /** How late a push was started (p99), as a part of what a push takes (p50). */
      lagShare: Type.Number(),
      ok: Type.Boolean(),
    }),
  ),
})
export type Controls = Static<typeof Controls>
