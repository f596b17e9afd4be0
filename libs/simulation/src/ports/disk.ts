import { type Clock, type Disk, type Random, sleep } from '@keyrace/environment'
import { drawLatencyMs, type LatencyMs } from '../latency.ts'

export interface SimulatedDiskDeps {
  readonly clock: Clock
  readonly random: Random
  /** Of each operation, before it happens at one instant. */
  readonly latencyMs: LatencyMs
}

/** A disk in memory. All who hold it share it, as hosts share a mounted volume. */
export interface SimulatedDisk extends Disk {
  /** As one process reaches it, by its own clock. */
  mount(clock: Clock): Disk
  /** Another one, with nothing on it, is in its place. */
  wipe(): void
}

export function createSimulatedDisk({
  clock,
  random,
  latencyMs,
}: SimulatedDiskDeps): SimulatedDisk {
  const tree = createTree()
  const mount = (own: Clock) =>
    createDisk(tree, (operation, path) => {
      // Keyed by time, so that what others do here changes nothing.
      const key = Math.round(clock.now() * 1000)
      return sleep(own, drawLatencyMs(random, latencyMs, operation, path, key))
    })
  return { ...mount(clock), mount, wipe: tree.wipe }
}

type Seek = (operation: string, path: string) => Promise<void>

function createDisk({ folders, locate, foldersIn }: Tree, seek: Seek): Disk {
  return {
    async create(path, text) {
      await seek('create', path)
      const { files, name } = locate(path)
      if (files.has(name)) return false
      files.set(name, text)
      return true
    },
    async append(path, text) {
      await seek('append', path)
      const { files, name } = locate(path)
      const before = files.get(name)
      if (before !== undefined) files.set(name, before + text)
    },
    async read(path) {
      await seek('read', path)
      const { files, name } = locate(path)
      return files.get(name)
    },
    async list(folder) {
      await seek('list', folder)
      return [...(folders.get(folder)?.keys() ?? []), ...foldersIn(folder)]
    },
    async remove(path) {
      await seek('remove', path)
      const { files, name } = locate(path)
      files.delete(name)
    },
    async removeFolder(folder) {
      await seek('removeFolder', folder)
      if (folders.get(folder)?.size === 0) folders.delete(folder)
    },
  }
}

type Tree = ReturnType<typeof createTree>

/** Folders by path, and what is in them. */
function createTree() {
  const folders = new Map<string, Map<string, string>>()
  const parents = new Set<string>()

  return {
    folders,
    foldersIn,
    locate,
    wipe() {
      folders.clear()
      parents.clear()
    },
  }

  function foldersIn(folder: string): string[] {
    if (!parents.has(folder)) return []
    const start = folder === '' ? '' : `${folder}/`
    return [...folders.keys()].flatMap((path) => {
      const name = path.slice(start.length)
      return path.startsWith(start) && name !== '' && !name.includes('/') ? [name] : []
    })
  }

  function locate(path: string): { files: Map<string, string>; name: string } {
    const slash = path.lastIndexOf('/')
    const folder = path.slice(0, Math.max(slash, 0))
    const files = folders.get(folder) ?? new Map<string, string>()
    folders.set(folder, files)
    if (folder !== '') parents.add(folder.slice(0, Math.max(folder.lastIndexOf('/'), 0)))
    return { files, name: path.slice(slash + 1) }
  }
}
