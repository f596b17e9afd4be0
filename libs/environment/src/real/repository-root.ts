import { lstat, readdir, readFile, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { RepositoryRoot } from '../repository-root.ts'
import { storageError } from './disk.ts'

/** Repositories on a disk, each in a folder of its own. */
export function createRealRepositoryRoot(root: string): RepositoryRoot {
  return {
    async list() {
      const entries = await orStorageError(readdir(root, { withFileTypes: true }))
      return entries.map((entry) => ({ name: entry.name, isFolder: entry.isDirectory() }))
    },
    async has(name) {
      return (await unlessMissing(lstat(join(root, name))))?.isDirectory() ?? false
    },
    async refs(name) {
      const repository = join(root, name)
      const packed = await unlessMissing(readFile(join(repository, 'packed-refs'), 'utf8'))
      // A loose ref is newer than a packed one of the same name.
      return new Map([...packedRefs(packed ?? ''), ...(await looseRefs(repository))])
    },
    rename: (from, to) => orStorageError(rename(join(root, from), join(root, to))),
    remove: (name) =>
      orStorageError(rm(join(root, name), { recursive: true, force: true, maxRetries: 3 })),
  }
}

function packedRefs(text: string): readonly (readonly [ref: string, sha: string])[] {
  return text.split('\n').flatMap((line) => {
    const { sha, ref } = /^(?<sha>[0-9a-f]{40}) (?<ref>refs\/.+)$/.exec(line)?.groups ?? {}
    return sha === undefined || ref === undefined ? [] : [[ref, sha] as const]
  })
}

async function looseRefs(repository: string): Promise<(readonly [ref: string, sha: string])[]> {
  const below = { recursive: true, withFileTypes: true } as const
  const entries = (await unlessMissing(readdir(join(repository, 'refs'), below))) ?? []
  const refs: (readonly [string, string])[] = []
  for (const entry of entries) {
    if (!entry.isFile()) continue
    const file = join(entry.parentPath, entry.name)
    const sha = (await unlessMissing(readFile(file, 'utf8')))?.trimEnd() ?? ''
    // A lock that a killed git left behind is no ref.
    if (/^[0-9a-f]{40}$/.test(sha) && !entry.name.endsWith('.lock')) {
      refs.push([file.slice(repository.length + 1), sha])
    }
  }
  return refs
}

async function unlessMissing<T>(looking: Promise<T>): Promise<T | undefined> {
  try {
    return await looking
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException
    if (['ENOENT', 'ENOTDIR'].includes(code)) return undefined
    throw storageError(error)
  }
}

async function orStorageError<T>(operation: Promise<T>): Promise<T> {
  try {
    return await operation
  } catch (error) {
    throw storageError(error)
  }
}
