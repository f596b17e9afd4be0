import Type, { type Static } from 'typebox'
import { oneOf } from './one-of.ts'

/** Why a decision was wrong, as far as the history tells. */
export const causes = {
  'held-back': 'a fault kept the news from the builder',
  remembered: 'the builder answered from what it had read before the mutation',
  'not-heard-yet':
    'the builder keeps a copy that is told of changes, and had not been told of this one',
  'read-meanwhile': 'what the builder went by was read while the mutation took place',
  'not-applied': 'what the builder went by is younger than the mutation, and without it',
  'stale-upstream': 'whoever the builder asked answered from an older state',
  'earlier-answer': 'the answer that the builder went by was given before the push began',
  'wrong-clock': 'the clock of the builder was off, or it had been stopped',
  'known-and-ignored': 'the builder went by a revision that has the mutation in it',
  'decided-before': 'it was decided before the mutation, and not again before the ref moved',
  'other-generation': 'the right was to another generation of the app',
  'similar-name': 'the right was to an app with a similar name',
  'no-such-right': 'nothing in the history gives such a right',
  'no-evidence': 'the builder wrote down nothing about the decision',
} as const
export type CauseCode = keyof typeof causes

export const Cause = Type.Object({
  code: oneOf(Object.keys(causes) as [CauseCode, ...CauseCode[]]),
  /** One sentence that names the replica, and the message or the copy. */
  sentence: Type.String(),
  path: Type.Array(Type.Integer({ minimum: 0 }), {
    description: 'idx of the rows that led to it, in their order',
  }),
})
export type Cause = Static<typeof Cause>
