import { describe, expect, test } from 'vitest'
import { history } from './testing/history-builder.ts'
import { boundOf, broken, claimOf, tried } from './testing/trial.ts'

const blue = { app: 'blue', generation: 1 }
const asBob = { user: 'bob', key: 'k-bob' }
const standing = () => history().app('blue', 1, 'alice').key('alice').key('bob')
const admitted = { at: [3000, 3100], ...asBob, outcome: 'fail', admission: 'ok' } as const
const accepted = { at: [3000, 3100], ...asBob } as const
const unbounded = { claim: claimOf(2000, { revocation: { permission: boundOf(null) } }) }

describe('a claim that leaves permission to the commit check', () => {
  test('covers an admission of somebody who has never had it', () => {
    expect(broken(tried(standing().push(admitted), { arm: unbounded }))).toEqual([])
    expect(broken(tried(standing().push(admitted)))).toEqual(['unauthorised-accept'])
  })

  test.each([
    ['none', []],
    ['app', ['unauthorised-accept']],
    ['full', ['unauthorised-accept']],
  ] as const)(
    'covers an accept only where the commit check is none: %s',
    (commitCheck, expected) => {
      const trial = tried(standing().push(accepted), { arm: unbounded, commitCheck })
      expect(broken(trial)).toEqual(expected)
    },
  )

  test.each(['linearizable', 'fenced'] as const)('covers nothing under --require %s', (require) => {
    const trial = tried(standing().push(admitted), { arm: unbounded, require })
    expect(broken(trial)).toEqual(['unauthorised-accept'])
  })

  test('covers neither a foreign key nor an app that never was', () => {
    const foreign = standing().push({ ...admitted, key: 'k-alice' })
    expect(broken(tried(foreign, { arm: unbounded }))).toEqual(['unauthorised-accept'])
    const nowhere = standing().push({ ...admitted, app: 'green' })
    expect(broken(tried(nowhere, { arm: unbounded }))).toEqual(['unauthorised-accept'])
  })

  test('leaves the bounds of app and key as they are', () => {
    const deleted = standing()
      .mutation('deleteApp', blue, [500, 510])
      .push({ at: [3000, 3100], ...asBob })
    const within = {
      claim: {
        ...claimOf(2_490),
        revocation: { ...unbounded.claim.revocation, app: boundOf(2_490) },
      },
    }
    expect(broken(tried(deleted, { arm: within }))).toEqual([])
    expect(broken(tried(deleted, { arm: unbounded }))).toEqual(['stale-admission', 'stale-accept'])
  })
})
