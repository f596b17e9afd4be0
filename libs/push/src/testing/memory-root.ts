import { type RepositoryRoot, StorageError } from '@keyrace/environment'

export interface MemoryRoot extends RepositoryRoot {
  /** Folders by name, with their refs. */
  readonly folders: Map<string, ReadonlyMap<string, string>>
  /** What was called, as `rename a b`. */
  readonly calls: string[]
  /** From now on these operations fail. */
  fail(...operations: (keyof RepositoryRoot)[]): void
}

/** A root in memory; names with `@` at their end are links. */
export function createMemoryRoot(...names: string[]): MemoryRoot {
  const folders = new Map(
    names.map((name) => [name, new Map([['refs/heads/main', 'a'.repeat(40)]])]),
  )
  const calls: string[] = []
  let failing: readonly (keyof RepositoryRoot)[] = []
  const call = (operation: keyof RepositoryRoot, ...given: string[]) => {
    calls.push([operation, ...given].join(' '))
    if (failing.includes(operation)) throw new StorageError('EIO', `${operation} failed`)
  }
  return {
    folders,
    calls,
    fail(...operations) {
      failing = operations
    },
    async list() {
      call('list')
      return [...folders.keys()].map((name) => ({ name, isFolder: !name.endsWith('@') }))
    },
    async has(name) {
      call('has', name)
      return folders.has(name) && !name.endsWith('@')
    },
    async refs(name) {
      call('refs', name)
      return folders.get(name) ?? new Map()
    },
    async rename(from, to) {
      call('rename', from, to)
      folders.set(to, folders.get(from) ?? new Map())
      folders.delete(from)
    },
    async remove(name) {
      call('remove', name)
      folders.delete(name)
    },
  }
}
