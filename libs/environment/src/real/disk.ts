import { randomUUID } from 'node:crypto'
import {
  closeSync,
  constants,
  linkSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { type Disk, StorageError } from '../disk.ts'

/**
 * Files below `root`. A new one is written beside its place first, and link puts it there unless something
 * is there: so nobody reads half of it (NFS included). Adding to it later costs a tenth of replacing it.
 *
 * Synchronous, because a lock's files are tiny: a call takes some ten microseconds, and the way through
 * Node's thread pool and back three times as much of the processor, on every push.
 */
export function createRealDisk(root: string): Disk {
  return {
    async create(path, text) {
      const file = join(root, path)
      try {
        mkdirSync(dirname(file), { recursive: true })
        return createFile(file, text)
      } catch (error) {
        throw storageError(error)
      }
    },
    async append(path, text) {
      unlessMissing(() => appendToFile(join(root, path), text))
    },
    async read(path) {
      return unlessMissing(() => readFileSync(join(root, path), 'utf8'))
    },
    async list(folder) {
      const names = unlessMissing(() => readdirSync(join(root, folder))) ?? []
      return names.filter((name) => !name.endsWith('.tmp'))
    },
    async remove(path) {
      removeFile(join(root, path))
    },
    async removeFolder(folder) {
      unlessMissing(() => removeEmptyFolder(join(root, folder)))
    },
  }
}

function createFile(file: string, text: string): boolean {
  const temporary = `${file}.${randomUUID()}.tmp`
  try {
    writeFileSync(temporary, text, { mode: 0o600 })
    linkSync(temporary, file)
    return true
  } catch (error) {
    // ENOENT: somebody removed the folder right after it was made. Trying again makes it anew.
    if (['EEXIST', 'ENOENT'].includes(codeOf(error) ?? '')) return false
    throw error
  } finally {
    removeFile(temporary)
  }
}

function appendToFile(file: string, text: string): void {
  const descriptor = openSync(file, constants.O_WRONLY | constants.O_APPEND)
  try {
    writeFileSync(descriptor, text)
  } finally {
    closeSync(descriptor)
  }
}

function removeEmptyFolder(folder: string): void {
  try {
    rmdirSync(folder)
  } catch (error) {
    if (!['ENOTEMPTY', 'EEXIST'].includes(codeOf(error) ?? '')) throw error
  }
}

function removeFile(file: string): void {
  unlessMissing(() => unlinkSync(file))
}

function unlessMissing<T>(act: () => T): T | undefined {
  try {
    return act()
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined
    throw storageError(error)
  }
}

/** A StorageError with the system's code and cause. */
export function storageError(error: unknown): StorageError {
  const { code = 'EIO', message } = error as NodeJS.ErrnoException
  return new StorageError(code, message, { cause: error })
}

function codeOf(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException).code
}
