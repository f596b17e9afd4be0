import { openSync, writeSync } from 'node:fs'
import type { PushEvidence } from '@keyrace/contracts'
import type { Trace } from '@keyrace/environment'

/**
 * Appends one JSON line per push. Written before the client is told, so that the evidence of every
 * acknowledged push is there, even when the builder is killed right after.
 */
export function openEvidenceFile(path: string): Trace<PushEvidence> {
  const file = openSync(path, 'a')
  return {
    emit: (evidence) => void writeSync(file, `${JSON.stringify(evidence)}\n`),
  }
}

/** For a builder that nobody observes. */
export const noEvidence: Trace<PushEvidence> = { emit() {} }
