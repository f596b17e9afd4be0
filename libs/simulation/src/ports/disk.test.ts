import type { Disk } from '@keyrace/environment'
import { expect, test } from 'vitest'
import { simulate } from '../simulate.ts'
import { createSimulatedDisk } from './disk.ts'

test('of several who create the same file at the same time, one does', () =>
  onDisk(async (disk) => {
    const created = await Promise.all(['a', 'b', 'c'].map((text) => disk.create('locks/x', text)))
    expect(created.filter(Boolean)).toHaveLength(1)
    const winner = ['a', 'b', 'c'][created.indexOf(true)]
    expect(await disk.read('locks/x')).toBe(winner)
  }))

test('a folder lists its own files and folders in order of creation, also when their names look like integers', () =>
  onDisk(async (disk) => {
    for (const name of ['b', '10', '2']) await disk.create(`locks/${name}`, '')
    await disk.create('locks/deeper/1', '')
    expect(await disk.list('locks')).toEqual(['b', '10', '2', 'deeper'])
    expect(await disk.list('')).toEqual(['locks'])
    expect(await disk.list('nowhere')).toEqual([])
  }))

test('a removed file is gone, and removing it again is no error', () =>
  onDisk(async (disk) => {
    await disk.create('file', 'text')
    await disk.remove('file')
    await disk.remove('file')
    expect(await disk.read('file')).toBeUndefined()
    expect(await disk.create('file', 'again')).toBe(true)
  }))

test('a folder is removed once it is empty', () =>
  onDisk(async (disk) => {
    await disk.create('locks/1', '')
    await disk.removeFolder('locks')
    expect(await disk.list('')).toEqual(['locks'])
    await disk.remove('locks/1')
    await disk.removeFolder('locks')
    expect(await disk.list('')).toEqual([])
  }))

test('a file grows by what is appended, and a missing one stays missing', () =>
  onDisk(async (disk) => {
    await disk.create('file', 'text')
    await disk.append('file', ', and more')
    await disk.append('missing', 'text')
    expect(await disk.read('file')).toBe('text, and more')
    expect(await disk.read('missing')).toBeUndefined()
  }))

async function onDisk(use: (disk: Disk) => Promise<void>): Promise<void> {
  await simulate(1, async ({ clock, random }) => {
    await use(createSimulatedDisk({ clock, random, latencyMs: { from: 0.1, to: 0.5 } }))
    expect(clock.now()).toBeGreaterThan(0)
  })
}
