import { appendFile, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { realClock } from '@keyrace/environment/real'
import { expect, test } from 'vitest'
import { followFiles } from './follow.ts'

test('each line is told once, whole, and after the signal none', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'keyrace-follow-'))
  const files = [join(folder, 'a'), join(folder, 'b')]
  for (const file of files) await writeFile(file, '')
  const told: string[] = []
  const controller = new AbortController()
  const { signal } = controller
  const following = followFiles(files, (line) => told.push(line), { clock: realClock, signal })

  const long = 'ü'.repeat(100_000)
  await appendFile(join(folder, 'a'), `one\n${long}\nhal`)
  await expect.poll(() => told).toEqual(['one', long])
  await appendFile(join(folder, 'b'), 'two\n')
  await expect.poll(() => told.slice(2)).toEqual(['two'])
  await appendFile(join(folder, 'a'), 'f\n')
  await expect.poll(() => told.slice(3)).toEqual(['half'])

  controller.abort()
  await following
  await appendFile(join(folder, 'a'), 'late\n')
  expect(told).toHaveLength(4)
  await rm(folder, { recursive: true })
})
