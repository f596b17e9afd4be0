import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { zeroSha } from '@keyrace/contracts'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createCommitFactory } from './commit-factory.ts'
import { blob, tree } from './objects.ts'
import { pack } from './pack.ts'

const task = { app: 'myapp', ref: 'refs/heads/main', nonce: 'n-1' }

describe('a prepared commit', () => {
  let repository: string
  beforeEach(() => {
    repository = mkdtempSync(join(tmpdir(), 'keyrace-git-'))
    git(['init', '--bare', '--quiet'])
  })
  afterEach(() => rmSync(repository, { recursive: true }))

  function git(args: readonly string[], input?: Buffer): string {
    return execFileSync('git', args, { cwd: repository, encoding: 'utf8', ...(input && { input }) })
  }

  test('and its child are sound history in the eyes of git', () => {
    const factory = createCommitFactory()
    const first = factory.prepare(task).finish(zeroSha)
    const second = factory.prepare({ ...task, nonce: 'n-2' }).finish(first.id)
    for (const { pack } of [first, second]) git(['index-pack', '--stdin', '--fix-thin'], pack)
    git(['update-ref', task.ref, second.id])
    git(['fsck', '--strict', '--full'])
    expect(git(['log', '--format=%H', task.ref]).trim().split('\n')).toEqual([second.id, first.id])
    expect(JSON.parse(git(['show', `${first.id}:push.json`]))).toEqual({
      app: 'myapp',
      nonce: 'n-1',
    })
  })

  test('is the same for the same task and parent, and another for any other', () => {
    const ids = (nonce: string, old: string) =>
      createCommitFactory()
        .prepare({ ...task, nonce })
        .finish(old)
    expect(ids('a', zeroSha)).toEqual(ids('a', zeroSha))
    expect(ids('b', zeroSha).id).not.toBe(ids('a', zeroSha).id)
    expect(ids('a', 'f'.repeat(40)).id).not.toBe(ids('a', zeroSha).id)
  })

  test.each([15, 16, 2047, 2048, 100_000])('may hold a file of %d bytes', (length) => {
    const file = blob('x'.repeat(length))
    const folder = tree([
      { name: 'b', id: file.id },
      { name: 'B', id: file.id },
    ])
    git(['index-pack', '--stdin', '--strict'], pack([file, folder]))
    expect(git(['cat-file', '-s', file.id]).trim()).toBe(String(length))
    expect(git(['ls-tree', '--name-only', folder.id])).toBe('B\nb\n')
  })
})
