import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { RefUpdate } from '@keyrace/contracts'
import { storageError } from '@keyrace/environment/real'

/**
 * Where a ref stands now; undefined where it does not exist. Read as git stores it: loose, else packed.
 * Synchronous for the reason that locks are: git has just written it, and a thread costs more than the read.
 */
export function readRef(repository: string, ref: string): string | undefined {
  const loose = readText(join(repository, ref))
  if (loose !== undefined) return loose.trimEnd()
  const packed = readText(join(repository, 'packed-refs')) ?? ''
  return packed
    .split('\n')
    .find((line) => line.endsWith(` ${ref}`))
    ?.slice(0, 40)
}

/** Whether the reflog of the ref has this update, made in this committer's name. */
export function isInReflog(
  repository: string,
  { ref, old, new: next }: RefUpdate,
  committer: string,
): boolean {
  const reflog = readText(join(repository, 'logs', ref)) ?? ''
  return reflog.split('\n').some((line) => line.startsWith(`${old} ${next} ${committer} <`))
}

function readText(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    if (isAbsence(error)) return undefined
    throw storageError(error)
  }
}

// A branch a/b is absent as well where a is a branch.
function isAbsence(error: unknown): boolean {
  return ['ENOENT', 'ENOTDIR', 'EISDIR'].includes((error as NodeJS.ErrnoException).code ?? '')
}
