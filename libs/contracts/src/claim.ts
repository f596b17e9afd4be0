import Type, { type Static } from 'typebox'

/** A bound that a strategy promises, as the formula it states and its value under the run's knobs. */
export const Bound = Type.Object({
  formula: Type.String({ examples: ['T + S'] }),
  ms: Type.Union([Type.Number({ minimum: 0 }), Type.Null()], {
    description: 'milliseconds; null is unbounded',
  }),
})
export type Bound = Static<typeof Bound>

/** How long a decision may lag behind a mutation's acknowledgement, per kind of mutation. */
export const StalenessBounds = Type.Object({
  app: Bound,
  permission: Bound,
  key: Bound,
})
export type StalenessBounds = Static<typeof StalenessBounds>

/** What a right to push rests on. Each has bounds of its own in a claim. */
export const rightGrounds = [
  'app',
  'permission',
  'key',
] as const satisfies (keyof StalenessBounds)[]
export type RightGround = (typeof rightGrounds)[number]

/** What a mutation does to a right. */
export const mutationEffects = ['revocation', 'grant'] as const satisfies (keyof Claim)[]
export type MutationEffect = (typeof mutationEffects)[number]

/** What a strategy promises about `authorize`. The checker holds it to this, under the run's knobs. */
export const Claim = Type.Object({
  revocation: StalenessBounds,
  grant: StalenessBounds,
  /**
   * In place of a shorter bound, of those that are not 0, wherever a fault in the way of the builder lasted on after
   * the acknowledgement; `unbounded` in place of all of them. A bound of 0 is kept by letting mutations wait.
   */
  outage: Type.Union([
    Type.Object({ kind: Type.Literal('fail-closed') }),
    Type.Object({ kind: Type.Literal('bounded'), ms: Type.Number({ minimum: 0 }) }),
    Type.Object({ kind: Type.Literal('unbounded') }),
  ]),
  write: Type.Object({
    formula: Type.String(),
    ms: Type.Union([Type.Number({ minimum: 0 }), Type.Null()]),
  }),
})
export type Claim = Static<typeof Claim>
