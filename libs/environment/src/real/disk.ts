import { randomUUID } from 'node:crypto'
import { link, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { type Disk, StorageError } from '../disk.ts'

/**
 * Files below `root`. A text is written beside its place first: link puts it there unless something is
 * there, rename whatever is there. So nobody reads half of it (NFS included).
 */
export function createRealDisk(root: string): Disk {
  return {
    async create(path, text) {
      const file = join(root, path)
      await mkdir(dirname(file), { recursive: true }).catch(rethrow)
      const temporary = await writeBeside(file, text).catch(rethrow)
      try {
        await link(temporary, file)
        return true
      } catch (error) {
        if (codeOf(error) === 'EEXIST') return false
        throw storageError(error)
      } finally {
        await rm(temporary, { force: true })
      }
    },
    async write(path, text) {
      const file = join(root, path)
      const temporary = await writeBeside(file, text).catch(rethrow)
      await rename(temporary, file).catch(rethrow)
    },
    read: (path) => readFile(join(root, path), 'utf8').catch(ifMissing(undefined)),
    async list(folder) {
      const names = await readdir(join(root, folder)).catch(ifMissing([]))
      return names.filter((name) => !name.endsWith('.tmp'))
    },
    remove: (path) => rm(join(root, path), { force: true }).catch(rethrow),
  }
}

async function writeBeside(file: string, text: string): Promise<string> {
  const temporary = `${file}.${randomUUID()}.tmp`
  await writeFile(temporary, text, { mode: 0o600 })
  return temporary
}

function ifMissing<T>(value: T): (error: unknown) => T {
  return (error) => {
    if (codeOf(error) === 'ENOENT') return value
    throw storageError(error)
  }
}

function rethrow(error: unknown): never {
  throw storageError(error)
}

/** A StorageError with the system's code and cause. */
export function storageError(error: unknown): StorageError {
  const { code = 'EIO', message } = error as NodeJS.ErrnoException
  return new StorageError(code, message, { cause: error })
}

function codeOf(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException).code
}
