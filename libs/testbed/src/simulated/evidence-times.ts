import type { PushEvidence, RemovalEvidence } from '@keyrace/contracts'
import type { ProcessClock } from '@keyrace/simulation'

/** Whoever judges lays all evidence on one clock, and a process may have had a wrong one. */
export function onOneClock(evidence: PushEvidence, { kernelTimeOf }: ProcessClock): PushEvidence {
  const { admission, commit, receivedAt } = evidence
  return {
    ...evidence,
    receivedAt: kernelTimeOf(receivedAt),
    admission: admission && {
      ...admission,
      askedAt: kernelTimeOf(admission.askedAt),
      decidedAt: kernelTimeOf(admission.decidedAt),
    },
    // When it was durable git has told, by the clock of its host.
    commit: commit && {
      ...commit,
      askedAt: kernelTimeOf(commit.askedAt),
      decidedAt: kernelTimeOf(commit.decidedAt),
    },
  }
}

export function removalOnOneClock(
  evidence: RemovalEvidence,
  { kernelTimeOf }: ProcessClock,
): RemovalEvidence {
  const { begunAt, durableAt } = evidence
  return {
    ...evidence,
    begunAt: kernelTimeOf(begunAt),
    durableAt: durableAt === null ? null : kernelTimeOf(durableAt),
  }
}
