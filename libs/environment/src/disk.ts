/** The disk did not do what was asked: full, broken, not allowed. `code` is the system's (ENOSPC, EIO …). */
export class StorageError extends Error {
  readonly code: string
  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'StorageError'
    this.code = code
  }
}

/**
 * A small shared disk, as far as locks need one. Paths are relative to a root, `/`-separated. Every
 * operation is atomic with respect to the others, on every host that shares the disk, and rejects with a
 * StorageError when the disk fails.
 */
export interface Disk {
  /** Creates a file with this text unless it exists; tells whether it did. Makes missing folders. */
  create(path: string, text: string): Promise<boolean>
  /**
   * Adds to a file that is there; a file that is not there stays so. The one exception to atomic: who reads
   * at the same time, or after a crash, may see no more than the beginning of what was added.
   */
  append(path: string, text: string): Promise<void>
  /** Undefined where there is no such file. */
  read(path: string): Promise<string | undefined>
  /** Names of files and folders in a folder, in no order; none where there is no such folder. */
  list(folder: string): Promise<readonly string[]>
  remove(path: string): Promise<void>
  /** A folder that is empty; what still holds something stays. */
  removeFolder(folder: string): Promise<void>
}

/** A process that can be asked after: names one life of it, on one boot of one host. */
export interface ProcessIdentity {
  readonly host: string
  readonly pid: number
  /** Kernel start time; a recycled pid has another. */
  readonly startedAt: string
}

export interface Processes {
  readonly self: ProcessIdentity
  /** Undefined when that process runs on another host, where only a heartbeat tells. */
  isAlive(identity: ProcessIdentity): boolean | undefined
}
