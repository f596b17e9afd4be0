import { invariants } from '@keyrace/checker'
import { promises } from '@keyrace/scenarios'
import { restraint } from '../play/hot-loop.ts'

/** Everything that a played world can be convicted of. */
export const invariantNames: readonly string[] = [
  ...new Set([...invariants, ...promises, restraint].map(({ name }) => name)),
]
