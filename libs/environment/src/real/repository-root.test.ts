import { mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { StorageError } from '../disk.ts'
import { createRealRepositoryRoot } from './repository-root.ts'

const [old, sha] = ['a'.repeat(40), 'b'.repeat(40)]

let folder: string
let root: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'keyrace-root-'))
  root = join(folder, 'root')
  await mkdir(join(root, 'web.1.git/refs/heads/team'), { recursive: true })
  await mkdir(join(folder, 'elsewhere/refs'), { recursive: true })
  await writeFile(join(folder, 'elsewhere/treasure'), '')
  await symlink(join(folder, 'elsewhere'), join(root, 'link.1.git'))
  await writeFile(join(root, 'notes'), '')
})
afterEach(() => rm(folder, { recursive: true }))

test('a link to a folder is no folder', async () => {
  const disk = createRealRepositoryRoot(root)
  expect((await disk.list()).toSorted((a, b) => (a.name < b.name ? -1 : 1))).toEqual([
    { name: 'link.1.git', isFolder: false },
    { name: 'notes', isFolder: false },
    { name: 'web.1.git', isFolder: true },
  ])
  const known = ['web.1.git', 'link.1.git', 'notes', 'nothing'].map((name) => disk.has(name))
  expect(await Promise.all(known)).toEqual([true, false, false, false])
})

test('refs are read as git stores them: a loose one before a packed one, and no lock', async () => {
  const git = join(root, 'web.1.git')
  const packed = ['# pack-refs with: peeled', `${old} refs/heads/main`, `^${sha}`, `${old} refs/t`]
  await writeFile(join(git, 'packed-refs'), packed.join('\n'))
  await writeFile(join(git, 'refs/heads/main'), `${sha}\n`)
  await writeFile(join(git, 'refs/heads/team/new'), `${sha}\n`)
  await writeFile(join(git, 'refs/heads/gone.lock'), `${sha}\n`)
  await writeFile(join(git, 'refs/heads/torn'), 'b')
  const disk = createRealRepositoryRoot(root)
  expect(Object.fromEntries(await disk.refs('web.1.git'))).toEqual({
    'refs/heads/main': sha,
    'refs/heads/team/new': sha,
    'refs/t': old,
  })
  expect((await disk.refs('nothing')).size).toBe(0)
})

test('what is removed is gone with all that is in it, and nothing that it links to', async () => {
  const disk = createRealRepositoryRoot(root)
  await symlink(join(folder, 'elsewhere'), join(root, 'web.1.git/objects'))
  await disk.rename('web.1.git', 'away')
  await Promise.all([disk.remove('away'), disk.remove('away'), disk.remove('link.1.git')])
  await disk.remove('away')
  expect(await readdir(root)).toEqual(['notes'])
  expect(await readdir(join(folder, 'elsewhere'))).toContain('treasure')
})

test('a root that cannot be read is a StorageError', async () => {
  const disk = createRealRepositoryRoot(join(root, 'notes'))
  await expect(disk.list()).rejects.toThrow(StorageError)
  await expect(disk.rename('a', 'b')).rejects.toThrow(StorageError)
})
