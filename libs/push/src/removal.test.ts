import type { RemovalEvidence } from '@keyrace/contracts'
import { describe, expect, test } from 'vitest'
import type { Acquired, Locks } from './locks/lock.ts'
import { createRemoval, listRoot } from './removal.ts'
import { createTickingClock } from './testing/fakes.ts'
import { createMemoryRoot } from './testing/memory-root.ts'

const gone = { app: 'app', generation: 1, epoch: 'e', revision: 7 }
const refs = { 'refs/heads/main': 'a'.repeat(40) }

function setUp({ isHeld = true, busy = false, names = ['app.1.git'] } = {}) {
  const root = createMemoryRoot(...names)
  const evidence: RemovalEvidence[] = []
  const steps: string[] = root.calls
  const lock = {
    token: 1,
    isHeld: async () => isHeld,
    attach: async () => {},
    release: async () => void steps.push('release'),
    retire: async () => void steps.push('retire'),
  }
  const held: Acquired = busy ? { kind: 'busy', holder: 'x', ageMs: 1 } : { kind: 'held', lock }
  const locks: Locks = {
    async acquire({ app, generation }) {
      steps.push(`acquire ${app}.${generation}`)
      return held
    },
  }
  const removal = createRemoval({
    remover: 'reaper-1',
    clock: createTickingClock(),
    ids: { next: (prefix) => `${prefix}-1` },
    root,
    locks,
    trace: { emit: (event) => void steps.push(`evidence ${evidence.push(event)}`) },
  })
  return { removal, root, steps, evidence, left: () => [...root.folders.keys()] }
}

describe('the removal of a repository', () => {
  test('happens under its lock, in one step out of its place, and says so before and after', async () => {
    const { removal, steps, evidence, left } = setUp()
    expect(await removal.remove(gone)).toBe('removed')
    const trash = '.removed.removal-1.app.1.git'
    expect(steps).toEqual([
      'acquire app.1',
      'has app.1.git',
      'refs app.1.git',
      'evidence 1',
      `rename app.1.git ${trash}`,
      'evidence 2',
      'list',
      `remove ${trash}`,
      'release',
    ])
    expect(left()).toEqual([])
    const [begun, done] = evidence
    expect(begun).toMatchObject({ ...gone, remover: 'reaper-1', durableAt: null, refs })
    expect(done).toEqual({ ...begun, durableAt: expect.any(Number) })
  })

  test('touches nothing whose name only looks like it', async () => {
    const others = [
      'app.10.git',
      'app.1.git@',
      'app.11.git',
      'my-app.1.git',
      'app-1.1.git',
      'app.2.git',
      '.removed.removal-0.app.10.git',
      '.removed.removal-0.my-app.1.git',
      '.removed.removal-0.app.1.git.bak',
    ]
    const { removal, left } = setUp({ names: ['app.1.git', ...others] })
    await removal.remove(gone)
    await removal.finish(gone)
    expect(left()).toEqual(others)
  })

  test('is never finished on a link, whatever its name', async () => {
    const leftover = '.removed.removal-0.app.1.git'
    const { removal, root, left } = setUp({ names: [leftover] })
    root.list = async () => [{ name: leftover, isFolder: false }]
    await removal.finish(gone)
    expect(left()).toEqual([leftover])
  })

  test('does nothing to what is not there, to what is in use, and with a lock that was lost', async () => {
    const absent = setUp({ names: ['app.2.git'] })
    expect(await absent.removal.remove(gone)).toBe('nothing-there')
    for (const story of [{ busy: true }, { isHeld: false }]) {
      const { removal, left, evidence } = setUp(story)
      expect(await removal.remove(gone)).toBe('busy')
      expect(left()).toEqual(['app.1.git'])
      expect(evidence).toEqual([])
    }
  })

  test('that is cut short after its first step leaves a leftover, which is finished later', async () => {
    const { removal, root, left } = setUp({ names: ['app.1.git', 'app.2.git'] })
    root.fail('remove')
    expect(await removal.remove(gone)).toBe('removed')
    const { repositories, leftovers } = await listRoot(root)
    expect(repositories).toEqual([{ app: 'app', generation: 2 }])
    expect(leftovers).toEqual([{ app: 'app', generation: 1 }])
    root.fail()
    expect(await removal.finish({ app: 'app', generation: 1 })).toBe('removed')
    expect(left()).toEqual(['app.2.git'])
  })

  test('fails, lets go of the lock and leaves the repository, where the disk fails', async () => {
    const { removal, root, steps, left } = setUp()
    root.fail('rename')
    await expect(removal.remove(gone)).rejects.toMatchObject({ code: 'EIO' })
    expect(left()).toEqual(['app.1.git'])
    expect(steps.at(-1)).toBe('release')
  })
})

test('a root is read by exact names; what is nothing of ours is told apart', async () => {
  const strangers = [
    ...[
      'notes',
      'app.git',
      'app.01.git',
      'app.0.git',
      'App.1.git',
      'app.1',
      'app.1.git@',
      '1.1.git',
    ],
    ...[
      'app.1.git.bak',
      'a.b.1.git',
      '-app.1.git',
      'app-.1.git',
      `${'a'.repeat(64)}.1.git`,
      'app.-1.git',
    ],
    'app.1e3.git',
  ]
  const hidden = ['.locks', '.unfinished-1', '.removed.x', '.removed.removal-1.app.01.git']
  const root = createMemoryRoot('app.10.git', 'app.1.git', ...strangers, ...hidden)
  expect(await listRoot(root)).toEqual({
    repositories: [
      { app: 'app', generation: 10 },
      { app: 'app', generation: 1 },
    ],
    leftovers: [],
    strangers,
  })
})
