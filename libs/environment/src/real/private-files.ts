import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { PrivateFiles } from '../private-files.ts'
import { storageError } from './disk.ts'

/** Files in a folder that is made when the first one is written. Only one process may use the folder. */
export function createRealPrivateFiles(folder: string): PrivateFiles {
  return {
    async read(name) {
      try {
        return await readFile(join(folder, name), 'utf8')
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
        throw storageError(error)
      }
    },
    async replace(name, text) {
      const temporary = join(folder, `${name}.tmp`)
      try {
        await mkdir(folder, { recursive: true, mode: 0o700 })
        await writeFile(temporary, text, { mode: 0o600 })
        await rename(temporary, join(folder, name))
      } catch (error) {
        throw storageError(error)
      }
    },
  }
}
