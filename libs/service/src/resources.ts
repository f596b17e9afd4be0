import { constants } from 'node:fs'
import { access, mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Disk, RepositoryRoot, Trace } from '@keyrace/environment'
import { createRealDisk, createRealRepositoryRoot, openTraceFile } from '@keyrace/environment/real'
import { CannotStart } from './cannot-start.ts'

/** Where repositories are, and the locks on them: all who work on the same ones have to agree. */
export interface RepositoryFolders {
  readonly root: RepositoryRoot
  readonly lockDisk: Disk
}

/** Makes the folder where it is missing. Rejects with CannotStart where it cannot be used. */
export async function openRepositories(directory: string): Promise<RepositoryFolders> {
  try {
    await mkdir(directory, { recursive: true })
    await access(directory, constants.R_OK | constants.W_OK | constants.X_OK)
  } catch (cause) {
    const { code } = systemError(cause)
    throw new CannotStart(
      `cannot write to ${directory} (${code}): change its owner, or choose another with --repositories`,
      { cause },
    )
  }
  return {
    root: createRealRepositoryRoot(directory),
    lockDisk: createRealDisk(join(directory, '.locks')),
  }
}

/** Throws CannotStart, which names these flags, where the file cannot be opened. */
export function openEvidence<Event>(file: string | undefined, flags: string): Trace<Event> {
  try {
    return openTraceFile(file)
  } catch (cause) {
    const { code } = systemError(cause)
    throw new CannotStart(
      `cannot write evidence to ${file} (${code}): choose another file with ${flags}`,
      { cause },
    )
  }
}

/** Rejects with CannotStart where the system refuses the address to who wants to listen on it. */
export async function orCannotListen<T>(
  listening: Promise<T>,
  { host, port }: { readonly host: string; readonly port: number },
  flag = '--listen',
): Promise<T> {
  try {
    return await listening
  } catch (cause) {
    const { code, message } = systemError(cause)
    const reason = code === 'EADDRINUSE' ? 'it is taken' : message
    throw new CannotStart(
      `cannot listen on ${host}:${port} (${reason}): choose another with ${flag}`,
      { cause },
    )
  }
}

/** What the system did not refuse is a fault of our own, and goes on. */
function systemError(error: unknown): NodeJS.ErrnoException {
  const { syscall } = error as NodeJS.ErrnoException
  if (syscall === undefined) throw error
  return error as NodeJS.ErrnoException
}
