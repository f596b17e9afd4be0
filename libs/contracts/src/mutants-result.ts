import Type, { type Static } from 'typebox'
import { oneOf } from './one-of.ts'

const Count = Type.Integer({ minimum: 0 })

/** What became of one planted bug. */
export const MutantOutcome = Type.Object({
  id: Type.String(),
  sentence: Type.String(),
  /** Where the bug is known from. */
  source: Type.String(),
  /** What has to convict it, and nothing else counts. */
  invariant: Type.String(),
  killed: Type.Boolean(),
  /** How many worlds were played until it was convicted, or in vain. Of the checker's own: histories. */
  seeds: Count,
  /** How the convicted world went wrong, or why the bug survived: one sentence. */
  story: Type.String(),
})
export type MutantOutcome = Static<typeof MutantOutcome>

/** What `keyrace mutants --json` prints. Fields are added, never renamed, within one schemaVersion. */
export const MutantsResult = Type.Object({
  schemaVersion: Type.Literal(1),
  mutants: Type.Array(MutantOutcome),
  /** A change that breaks nothing was not convicted. */
  harmless: Type.Object({ seeds: Count, convicted: Type.Boolean() }),
  /** By invariant: the bugs that it alone has to convict. */
  invariants: Type.Record(Type.String(), Type.Array(Type.String())),
  /** An invariant that was turned off. */
  without: Type.Union([Type.String(), Type.Null()]),
  /** What finding nothing in a swarm proves of bugs that are as rare as these. */
  confidence: Type.String(),
  reasons: Type.Array(Type.String()),
  verdict: oneOf(['pass', 'fail', 'invalid']),
  exitCode: Type.Integer(),
})
export type MutantsResult = Static<typeof MutantsResult>
