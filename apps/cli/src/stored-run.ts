import { existsSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { type RunRecord, readRun, recordFiles } from '@keyrace/report'
import { UsageError } from './usage-error.ts'

/** A run as it was written down, and where. */
export interface StoredRun extends RunRecord {
  readonly folder: string
}

/**
 * Reads a run by its folder or by the run.json in it. Rejects with a UsageError where there is none, and
 * with an UnreadableRun where it is damaged or of another version.
 */
export async function readStoredRun(path: string): Promise<StoredRun> {
  const folder = basename(path) === recordFiles.run ? dirname(path) : path
  if (!existsSync(join(folder, recordFiles.run))) {
    throw new UsageError(`there is no run in ${folder}: it has no ${recordFiles.run}`)
  }
  return { ...(await readRun(folder)), folder }
}
