/**
 * A few small files of one process alone, by plain names without folders. Rejects with a StorageError when
 * the disk fails.
 */
export interface PrivateFiles {
  /** Undefined where there is no such file. */
  read(name: string): Promise<string | undefined>
  /** The whole text in one step: who reads at the same time, or after a crash, sees the old one or the new one. */
  replace(name: string, text: string): Promise<void>
}
