/**
 * The folder in which repositories are, as far as removing them needs it. Names are those of its direct
 * entries; no link is followed. Rejects with a StorageError when the disk fails.
 */
export interface RepositoryRoot {
  list(): Promise<readonly RootEntry[]>
  /** Whether there is a folder of that name, and not a link to one. */
  has(name: string): Promise<boolean>
  /** The refs of a bare repository: ref → sha. None where there is nothing of the kind. */
  refs(name: string): Promise<ReadonlyMap<string, string>>
  /** In one step, for whoever looks and through any crash. */
  rename(from: string, to: string): Promise<void>
  /** With all that is in it; harmless where others do the same, or it is gone. */
  remove(name: string): Promise<void>
}

export interface RootEntry {
  readonly name: string
  /** False for a file, and for a link to anything. */
  readonly isFolder: boolean
}
