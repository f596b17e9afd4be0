import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { deflateSync } from 'node:zlib'
import type { GitObject } from './objects.ts'

/** Makes a bare repository with nothing in it: all that git asks for, without a process. */
export function createBareRepository(folder: string): void {
  for (const name of ['objects', 'refs']) mkdirSync(join(folder, name), { recursive: true })
  writeFileSync(join(folder, 'HEAD'), 'ref: refs/heads/main\n')
}

/** Writes objects where git looks for them first. */
export function writeLooseObjects(repository: string, objects: readonly GitObject[]): void {
  for (const { id, whole } of objects) {
    const folder = join(repository, 'objects', id.slice(0, 2))
    const file = join(folder, id.slice(2))
    if (existsSync(file)) continue
    mkdirSync(folder, { recursive: true })
    writeFileSync(file, deflateSync(whole))
  }
}
