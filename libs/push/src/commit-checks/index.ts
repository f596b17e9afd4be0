import type { CommitCheck as CommitCheckName } from '@keyrace/contracts'
import { app } from './app.ts'
import type { CommitCheck, CommitCheckDeps } from './commit-check.ts'
import { full } from './full.ts'
import { none } from './none.ts'

/** By the name that `--commit-check` takes. */
export const commitChecks = { none, app, full } as const satisfies Record<
  CommitCheckName,
  (deps: CommitCheckDeps) => CommitCheck
>
