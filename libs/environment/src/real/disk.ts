import { randomUUID } from 'node:crypto'
import {
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { type Disk, StorageError } from '../disk.ts'

/**
 * Files below `root`. A text is written beside its place first: link puts it there unless something is
 * there, rename whatever is there. So nobody reads half of it (NFS included).
 *
 * Synchronous, because a lock's files are tiny: a call takes some ten microseconds, and the way through
 * Node's thread pool and back three times as much of the processor, on every push.
 */
export function createRealDisk(root: string): Disk {
  return {
    async create(path, text) {
      const file = join(root, path)
      let temporary: string | undefined
      try {
        mkdirSync(dirname(file), { recursive: true })
        temporary = writeBeside(file, text)
        linkSync(temporary, file)
        return true
      } catch (error) {
        if (codeOf(error) === 'EEXIST' && temporary !== undefined) return false
        throw storageError(error)
      } finally {
        removeFile(temporary)
      }
    },
    async write(path, text) {
      const file = join(root, path)
      try {
        renameSync(writeBeside(file, text), file)
      } catch (error) {
        throw storageError(error)
      }
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
  }
}

function writeBeside(file: string, text: string): string {
  const temporary = `${file}.${randomUUID()}.tmp`
  writeFileSync(temporary, text, { mode: 0o600 })
  return temporary
}

function removeFile(file: string | undefined): void {
  if (file !== undefined) unlessMissing(() => unlinkSync(file))
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
