import { quirkNames } from '@keyrace/contracts'
import { expect, test } from 'vitest'
import { type PlanOptions, planOf } from './plan.ts'
import { scenario } from './testing/fake-deps.ts'

const race = scenario('deletion-race')
const plan = (options: Partial<PlanOptions> = {}) => planOf(race, { mode: 'sim', ...options }, 7)

test('unless somebody says otherwise, everything is ours', () => {
  expect(plan()).toMatchObject({
    ...{ system: 'fixed', quirks: [], repositories: 'shared', lock: 'file' },
    reaper: race.defaults.reaper,
  })
})

test('deis-2018 is the whole stack as it was: strategy, commit check, reaper, locks, quirks', () => {
  expect(plan({ system: 'deis-2018' })).toMatchObject({
    ...{ system: 'deis-2018', quirks: quirkNames, repositories: 'per-replica', lock: 'memory' },
    ...{ commitCheck: 'app', reaper: { source: 'list', intervalMs: 5_000 } },
    arms: [{ strategy: 'fingerprint' }],
  })
})

test('what is said beside it stands', () => {
  const said = { repositories: 'shared', lock: 'file', commitCheck: 'none' } as const
  expect(plan({ system: 'deis-2018', ...said })).toMatchObject(said)
})

test('quirks are switched on one by one, and the reaper with its own', () => {
  const strategy = ['fingerprint']
  expect(plan({ strategy, quirk: ['all-apps', 'names-only', 'all-apps'] })).toMatchObject({
    quirks: ['all-apps', 'names-only'],
    reaper: race.defaults.reaper,
  })
  expect(plan({ strategy, quirk: ['list-first'] }).reaper).not.toBeNull()
})

test.each<[Partial<PlanOptions>, string]>([
  [{ quirk: ['allapps'] }, "did you mean 'all-apps'?"],
  [{ quirk: ['constructor'] }, 'unknown quirk'],
  [{ quirk: ['frozen-apps'], strategy: ['poll'] }, 'one of fingerprint, not of poll'],
  [{ system: 'deis-2018', strategy: ['poll'] }, 'choose --strategy fingerprint'],
  [{ repositories: 'per-replica', commitCheck: 'full' }, 'choose --commit-check none or app'],
  [{ mode: 'real', target: 'compose', lock: 'memory' }, 'leave out --target compose'],
  [{ mode: 'real', target: 'compose', system: 'deis-2018' }, 'leave out --target compose'],
])('%j is refused', (options, message) => {
  expect(() => plan(options)).toThrow(message)
})
