import { expect, test } from 'vitest'
import { story } from './story.ts'
import { examplePlan, examplePlayed } from './testing/example-world.ts'

test('a story tells who did what when, what went wrong around them, and what was broken', () => {
  expect(story(examplePlayed())).toEqual([
    'Seed 17: poll (intervalMs 1000, timeoutMs 1000), 2 builders, commit check none.',
    "At first app foo is ada's, and bob may push.",
    '0.030 s  cut until 4.010 s: builder-2 and controller (took effect 3 times)',
    '0.050 s  ada deletes foo: acknowledged after 4.2 ms',
    '3.110 s  bob pushes to foo through builder-2 with bob/2: let in after 2.6 ms by a cache 3.09 s old; acknowledged after 31.1 ms',
    '3.210 s  bob adds the key bob/3: acknowledged after 3 ms',
    'Must hold: A push that begins after the right to it has ended is not shown the refs.',
    'Broken (stale-admission): app foo was deleted at 0.050 s (acknowledged at 0.054 s); builder-2 still let in a push to it that began at 3.110 s: 3.06 s after the acknowledgement, beyond the claimed 2 s (and one violation more)',
    'Why: builder-2 went by an answer that it remembered, as of revision 3, 3.09 s old, asked for 27.2 ms before that began',
  ])
})

test('what has nothing to do with the violation is left out where there is too much of it', () => {
  const plan = examplePlan()
  const others = Array.from({ length: 40 }, (_, index) => ({
    ...(plan.faults[0] as (typeof plan.faults)[number]),
    id: `other-${index}`,
    node: 'builder-1',
  }))
  const lines = story(examplePlayed({ ...plan, faults: [...others, ...plan.faults] }))
  expect(lines.length).toBeLessThanOrEqual(13)
  const text = lines.join('\n')
  for (const told of ['ada deletes foo', 'bob pushes to foo', 'builder-2 and controller']) {
    expect(text).toContain(told)
  }
  expect(text).toContain('(37 more')
})

test('where nothing was broken, nothing is said to be', () => {
  const played = examplePlayed()
  const { judgement } = played
  const lines = story({ ...played, judgement: { ...judgement, findings: [] } })
  expect(lines.at(-1)).toBe('Nothing was broken.')
  expect(lines.join()).not.toContain('Broken')
})
