import { StorageError } from '@keyrace/environment'
import { describe, expect, test } from 'vitest'
import {
  alice,
  denied,
  received,
  receiveOne,
  runPush,
  type Story,
  update,
} from './testing/fakes.ts'

const diskFull = new StorageError('ENOSPC', 'no space left')

describe('a push that goes well', () => {
  test('is told when the lock is free and the evidence written; nobody waits for the rest', async () => {
    const { steps, told } = await runPush()
    expect(told).toEqual(['exit 0'])
    expect(steps).toEqual([
      'acquire',
      'receive',
      'attach',
      'before',
      'after, moved',
      'release',
      'evidence',
      'tell',
      'afterwards',
    ])
  })

  test('leaves evidence of both decisions, in order of time', async () => {
    const { evidence } = await runPush()
    expect(evidence).toMatchObject({
      pushId: 'push-1',
      outcome: 'accepted',
      reason: null,
      app: 'myapp',
      generation: 3,
      user: 'alice',
      admission: { allowed: true, revision: 7 },
      commit: { allowed: true, revision: 8, durableAt: 99, updates: [update] },
      receivedBytes: 600,
    })
    const { admission, commit } = evidence ?? {}
    const times = [admission?.askedAt, admission?.decidedAt, commit?.askedAt, commit?.decidedAt]
    expect(times).toEqual(times.toSorted((a = 0, b = 0) => a - b))
  })

  test('with nothing to update is no release', async () => {
    const receive = async () => ({ kind: 'nothing-asked', receivedBytes: 4 }) as const
    const { steps, told, evidence } = await runPush({ receive })
    expect(evidence).toMatchObject({ outcome: 'noop', commit: null })
    expect(steps).not.toContain('before')
    expect(steps).not.toContain('afterwards')
    expect(told).toEqual(['exit 0'])
  })
})

describe('a replica whose repository is behind', () => {
  const message =
    "unavailable: this replica's repository of myapp is behind its last release: nothing was changed, push through another replica"

  test('shows nobody its refs', async () => {
    const { steps, told, evidence } = await runPush({
      checkCoherence: async () => ({ kind: 'behind' }),
    })
    expect(told).toEqual([message])
    expect(steps).toEqual(['acquire', 'release', 'evidence', 'tell'])
    expect(evidence).toMatchObject({ outcome: 'unavailable', reason: 'behind' })
  })

  test('does not take the silence of the controller for a yes', async () => {
    const { told, evidence } = await runPush({
      checkCoherence: async () => ({ kind: 'unknown', reason: 'timeout' }),
    })
    expect(told).toEqual([expect.stringContaining('cannot check access right now (timeout)')])
    expect(evidence).toMatchObject({ outcome: 'unavailable', reason: 'timeout' })
  })

  test('moves nothing where another replica was faster', async () => {
    const verdicts: unknown[] = []
    const { steps, evidence } = await runPush({
      before: async () => ({ kind: 'behind', revision: 8 }),
      async receive(_, __, { decide }) {
        verdicts.push(await decide([update]))
        return received(false)
      },
    })
    expect(verdicts).toEqual([{ allowed: false, message }])
    expect(steps).not.toContain('after, moved')
    expect(evidence).toMatchObject({ outcome: 'unavailable', reason: 'behind' })
  })
})

describe('before a decision names the generation, nothing is locked or created', () => {
  const nobody = { ...alice, user: undefined, reason: 'timeout' }
  const unanswered = async () => ({ kind: 'unknown', reason: 'timeout' }) as const
  const cases: Array<[string, Story, { outcome: string; reason: string }]> = [
    ['denied', { authorize: async () => denied }, { outcome: 'denied', reason: 'forbidden' }],
    ['not answered', { authorize: unanswered }, { outcome: 'unavailable', reason: 'timeout' }],
    ['asked by nobody known', { identity: nobody }, { outcome: 'unavailable', reason: 'timeout' }],
    ['not a push', { command: 'sh' }, { outcome: 'denied', reason: 'not-a-git-command' }],
    [
      'for no app',
      { command: "git-receive-pack '../x'" },
      { outcome: 'denied', reason: 'invalid-app-name' },
    ],
  ]
  test.each(cases)('when the push is %s', async (_, story, ended) => {
    const { steps, told, evidence } = await runPush(story)
    expect(steps).toEqual(['evidence', 'tell'])
    expect(evidence).toMatchObject(ended)
    expect(told[0]).toMatch(new RegExp(`^${ended.outcome}: .+`))
  })

  test('and somebody without an identity is not even asked about', async () => {
    const authorize = () => Promise.reject(new Error('asked'))
    expect((await runPush({ identity: nobody, authorize })).fault).toBeUndefined()
  })
})

describe('a push under a lock', () => {
  test('that somebody else holds is busy, and releases nothing', async () => {
    const busy = { kind: 'busy', holder: 'builder-2, bob', ageMs: 1_500 } as const
    const { steps, told, evidence } = await runPush({ acquire: async () => busy })
    expect(steps).toEqual(['evidence', 'tell'])
    expect(evidence?.outcome).toBe('busy')
    expect(told[0]).toBe(
      'busy: another push to myapp is running (builder-2, bob, for 1.5 s): try again when it has ended',
    )
  })

  test('that was lost is refused before the controller is asked', async () => {
    const { steps, evidence, told } = await runPush({ isHeld: async () => false })
    expect(steps).not.toContain('before')
    expect(evidence).toMatchObject({ outcome: 'unavailable', reason: 'lock-lost', commit: null })
    expect(told).toEqual(['exit 1'])
  })

  test('that was lost while the controller was asked moves nothing and is left to be settled', async () => {
    const held = [true, false]
    const { steps, evidence, told } = await runPush({ isHeld: async () => held.shift() ?? false })
    expect(steps).toContain('before')
    expect(steps.filter((step) => step.startsWith('after'))).toEqual([])
    expect(evidence).toMatchObject({
      outcome: 'unavailable',
      reason: 'lock-lost',
      commit: { allowed: true, durableAt: null },
    })
    expect(told).toEqual(['exit 1'])
  })

  const failures: Array<[string, Story]> = [
    ['git does not start', { receive: () => Promise.reject(diskFull) }],
    ['the worker cannot be written down', { attach: () => Promise.reject(diskFull) }],
    ['nobody can say whether it is held', { isHeld: () => Promise.reject(diskFull) }],
  ]
  test.each(failures)('is unavailable, and releases it, when %s', async (_, story) => {
    const { steps, told, evidence } = await runPush(story)
    expect(evidence).toMatchObject({ outcome: 'unavailable', reason: 'ENOSPC', commit: null })
    expect(steps.slice(-3)).toEqual(['release', 'evidence', 'tell'])
    expect(steps).not.toContain('before')
    expect(told[0]).toMatch(/^unavailable: the builder cannot write .*ENOSPC/)
  })

  test('that the disk does not give is unavailable', async () => {
    const { evidence } = await runPush({ acquire: () => Promise.reject(diskFull) })
    expect(evidence).toMatchObject({ outcome: 'unavailable', reason: 'ENOSPC' })
  })
})

describe('a commit', () => {
  const verdicts: string[] = []
  const listening: Story['receive'] = async (_, __, hooks) => {
    const verdict = await hooks.decide([update])
    verdicts.push(verdict.allowed ? 'ok' : verdict.message)
    return received(verdict.allowed)
  }

  test('that is denied moves nothing and settles nothing', async () => {
    const { steps, told, evidence } = await runPush({
      receive: listening,
      before: async () => ({ kind: 'denied', code: 'generation-gone', revision: 9 }),
    })
    expect(verdicts.pop()).toMatch(/^denied: myapp was deleted and created again/)
    expect(steps.filter((step) => step.startsWith('after'))).toEqual([])
    expect(told).toEqual(['exit 1'])
    expect(evidence).toMatchObject({
      outcome: 'rejectedAtCommit',
      reason: 'generation-gone',
      commit: { allowed: false, durableAt: null, revision: 9 },
    })
  })

  test('that nobody could decide is no commit', async () => {
    const { told, evidence } = await runPush({
      receive: listening,
      before: async () => ({ kind: 'unknown', reason: 'timeout' }),
    })
    expect(verdicts.pop()).toMatch(/^unavailable: cannot check access right now \(timeout\)/)
    expect(told).toEqual(['exit 1'])
    expect(evidence).toMatchObject({ outcome: 'unavailable', commit: { allowed: false } })
  })

  test('that was allowed and that git refused is abandoned', async () => {
    const receive: Story['receive'] = async (...call) => {
      await receiveOne(...call)
      return received(false)
    }
    const { steps, told, evidence } = await runPush({ receive })
    expect(steps).toContain('after, not moved')
    expect(told).toEqual(['exit 1'])
    expect(evidence).toMatchObject({ outcome: 'rejected', commit: { durableAt: null } })
  })

  test('that git never asked for is rejected and not taken for a push without updates', async () => {
    const receive = async () => ({ ...received(false), updates: [] })
    const { steps, told, evidence } = await runPush({ receive })
    expect(evidence).toMatchObject({ outcome: 'rejected', reason: 'git-refused', commit: null })
    expect(steps).not.toContain('before')
    expect(told).toEqual(['exit 1'])
  })

  test('whose release could not be settled is not acknowledged', async () => {
    const { told, evidence } = await runPush({ after: async () => false })
    expect(told).toEqual([
      expect.stringMatching(/^indeterminate: .*release-not-settled.*push again/),
    ])
    expect(evidence).toMatchObject({ outcome: 'indeterminate', reason: 'release-not-settled' })
  })

  test('after which the disk fails is indeterminate, and nobody is told that nothing changed', async () => {
    const receive: Story['receive'] = async (_, __, hooks) => {
      await hooks.decide([update])
      throw diskFull
    }
    const { steps, told, evidence } = await runPush({ receive })
    expect(told).toEqual([
      expect.stringMatching(/^indeterminate: (?!.*nothing was changed).*ENOSPC/),
    ])
    expect(evidence).toMatchObject({ outcome: 'indeterminate', reason: 'ENOSPC' })
    expect(steps.filter((step) => step.startsWith('after'))).toEqual([])
    expect(steps).toContain('release')
  })
})

describe('a fault of our own', () => {
  test('in writing the evidence keeps a push from being acknowledged', async () => {
    const emit = () => {
      throw diskFull
    }
    const { steps, told, fault } = await runPush({ emit })
    expect(steps).toContain('after, moved')
    expect(told).toEqual([expect.stringMatching(/^indeterminate: /)])
    expect(fault).toBe(diskFull)
  })

  const faults: Array<[string, Story, boolean]> = [
    ['authorize', { authorize: () => Promise.reject(new TypeError('bug')) }, false],
    ['receive', { receive: () => Promise.reject(new TypeError('bug')) }, true],
    ['the commit check', { before: () => Promise.reject(new TypeError('bug')) }, true],
    ['settling', { after: () => Promise.reject(new TypeError('bug')) }, true],
  ]
  test.each(faults)(
    'in %s ends the push, frees the lock and comes to light',
    async (_, story, isLocked) => {
      const { fault, told, steps, evidence, evidences } = await runPush(story)
      expect(fault).toBeInstanceOf(TypeError)
      expect(told).toEqual([expect.stringMatching(/^indeterminate: /)])
      expect(steps.includes('release')).toBe(isLocked)
      expect(evidence).toMatchObject({ outcome: 'indeterminate', reason: 'internal-error' })
      expect(evidences).toBe(1)
    },
  )
})
