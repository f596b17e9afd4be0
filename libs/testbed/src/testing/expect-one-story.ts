import type { FixtureApp, PushAttempt } from '@keyrace/load'
import { expect } from 'vitest'
import type { Rig } from './rig.ts'

/**
 * Under a full commit check: what was acknowledged is on the branch, each commit there has one live
 * release, and what was abandoned was never there.
 */
export async function expectOneStory(
  rig: Rig,
  app: FixtureApp,
  attempts: readonly PushAttempt[],
): Promise<void> {
  const releases = await rig.releases(app)
  const shasOf = (...states: readonly string[]) =>
    releases.filter(({ state }) => states.includes(state)).map(({ refs }) => refs[0]?.new)
  const { commits, tips } = await rig.branch(app)
  const acknowledged = attempts.filter(({ outcome }) => outcome === 'ok')
  expect(commits).toEqual(expect.arrayContaining(acknowledged.map(({ update }) => update?.new)))
  expect(shasOf('live', 'abandoned')).toHaveLength(releases.length)
  // Newest first.
  expect(shasOf('live')).toEqual(commits)
  expect(tips).toEqual(commits)
}
