import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { StorageError } from '../disk.ts'
import { createRealDisk } from './disk.ts'

let root: string
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'keyrace-disk-'))
})
afterEach(() => rm(root, { recursive: true }))

describe('a real disk', () => {
  test('creates a file for one of many who want it, and keeps that one’s text', async () => {
    const contenders = Array.from({ length: 20 }, (_, index) => `text ${index}`)
    const created = await Promise.all(
      contenders.map((text) => createRealDisk(root).create('folder/1', text)),
    )
    expect(created.filter(Boolean)).toHaveLength(1)
    const winner = contenders[created.indexOf(true)]
    expect(await createRealDisk(root).read('folder/1')).toBe(winner)
  })

  test('adds to a file that is there, and does not make one that is not', async () => {
    const disk = createRealDisk(root)
    await disk.create('folder/1', 'a')
    await Promise.all(['b', 'c'].map((text) => disk.append('folder/1', text)))
    await disk.append('folder/2', 'b')
    expect(await disk.read('folder/1')).toBe('abc')
    expect(await disk.list('folder')).toEqual(['1'])
  })

  test('lists what is there, and nothing unfinished', async () => {
    const disk = createRealDisk(root)
    expect(await disk.list('folder')).toEqual([])
    await disk.create('folder/1', 'a')
    await disk.create('folder/2', 'b')
    await disk.create('folder/2', 'd')
    expect((await disk.list('folder')).toSorted()).toEqual(['1', '2'])
    expect(await readdir(join(root, 'folder'))).toHaveLength(2)
  })

  test('knows nothing of what was removed, and removes it twice', async () => {
    const disk = createRealDisk(root)
    await disk.create('folder/1', 'a')
    await disk.remove('folder/1')
    await disk.remove('folder/1')
    expect(await disk.read('folder/1')).toBeUndefined()
    expect(await disk.create('folder/1', 'b')).toBe(true)
  })

  test('removes a folder that is empty, and makes it again for the next file', async () => {
    const disk = createRealDisk(root)
    await disk.create('folder/1', 'a')
    await disk.removeFolder('folder')
    expect(await disk.list('folder')).toEqual(['1'])
    await disk.remove('folder/1')
    await disk.removeFolder('folder')
    await disk.removeFolder('folder')
    expect(await readdir(root)).toEqual([])
    expect(await disk.create('folder/1', 'a')).toBe(true)
  })

  test.each(['create', 'append', 'read', 'list'] as const)(
    'says what the system said when %s fails',
    async (operation) => {
      const disk = createRealDisk(root)
      await disk.create('file', 'in the way')
      const failure = disk[operation]('file/1', 'text').catch((error: unknown) => error)
      expect(await failure).toBeInstanceOf(StorageError)
      expect(await failure).toMatchObject({
        code: operation === 'create' ? 'EEXIST' : 'ENOTDIR',
      })
    },
  )
})
