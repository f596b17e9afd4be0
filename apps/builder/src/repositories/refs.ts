import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { RefUpdate } from '@keyrace/contracts'
import { storageError } from '@keyrace/environment/real'

/** Where a ref stands now; undefined where it does not exist. Read as git stores it: loose, else packed. */
export async function readRef(repository: string, ref: string): Promise<string | undefined> {
  const loose = await readText(join(repository, ref))
  if (loose !== undefined) return loose.trimEnd()
  const packed = (await readText(join(repository, 'packed-refs'))) ?? ''
  return packed
    .split('\n')
    .find((line) => line.endsWith(` ${ref}`))
    ?.slice(0, 40)
}

/** Whether the reflog of the ref has this update, made in this committer's name. */
export async function isInReflog(
  repository: string,
  { ref, old, new: next }: RefUpdate,
  committer: string,
): Promise<boolean> {
  const reflog = (await readText(join(repository, 'logs', ref))) ?? ''
  return reflog.split('\n').some((line) => line.startsWith(`${old} ${next} ${committer} <`))
}

async function readText(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    if (isAbsence(error)) return undefined
    throw storageError(error)
  }
}

// A branch a/b is absent as well where a is a branch.
function isAbsence(error: unknown): boolean {
  return ['ENOENT', 'ENOTDIR', 'EISDIR'].includes((error as NodeJS.ErrnoException).code ?? '')
}
