import { describe, expect, test, vi } from 'vitest'
import { type Rules, sound } from '../rules.ts'
import { type Exploration, explore } from './explore.ts'
import { keyOf } from './key.ts'
import { stepsFrom } from './steps.ts'
import { type Bounds, isStale, isStuck, startWorld, type World } from './world.ts'

// Some seconds of one core each, and there may be others who want it.
vi.setConfig({ testTimeout: 180_000 })

/** One builder, one right; messages are late, lost or overtake each other, and any side may stop for a while. */
const calm: Bounds = {
  holders: 1,
  rights: 1,
  termTicks: 3,
  renewals: Number.POSITIVE_INFINITY,
  questions: Number.POSITIVE_INFINITY,
  requestsUnderWay: 1,
  sessions: 2,
  duplicates: 0,
  crashes: 0,
  restarts: 0,
  suspends: 0,
  isClockSlow: false,
}

describe('every admission is linearizable, and every revocation commits within a term', () => {
  test.each<[string, Partial<Bounds>]>([
    ['in calm', {}],
    ['with a slow clock', { isClockSlow: true }],
    ['with two renewals under way', { requestsUnderWay: 2 }],
    ['with a renewal that arrives twice', { duplicates: 1 }],
    ['with a crash of the controller', { crashes: 1 }],
    ['with a restart of the builder', { restarts: 1 }],
    ['with a suspended host', { suspends: 2 }],
    ['with two rights that are revoked', { rights: 2, termTicks: 2, sessions: 1 }],
  ])('%s', (_, faults) => {
    const { states, violation } = search(faults)
    expect(violation?.steps).toBeUndefined()
    expect(states).toBeGreaterThan(10_000)
  })

  test('with two builders that both remember the right', () => {
    const bounds = { ...calm, holders: 2, termTicks: 2 }
    const start = warmUp(startWorld(bounds, sound), bounds)
    const { states, violation } = search({ ...bounds, renewals: 2, questions: 0 }, sound, start)
    expect(violation?.steps).toBeUndefined()
    expect(states).toBeGreaterThan(10_000)
  })
})

describe('without it there is a way to a stale admission', () => {
  test.for<[keyof Rules, number, Partial<Bounds>]>([
    ['revokeBeforeCommit', 9, {}],
    ['countFromSending', 12, {}],
    ['marginForClockRates', 12, { isClockSlow: true }],
    ['compareBootClock', 12, { suspends: 2 }],
    ['dropBeforeAcknowledging', 16, {}],
    ['refuseOvertakenAnswers', 15, {}],
    ['stampBeforeReading', 11, {}],
    ['pendingIsUncacheable', 9, {}],
    ['numbersBelongToGrantor', 17, { crashes: 1 }],
    ['dropWhatWasMissed', 15, {}],
    ['newSessionStartsEmpty', 16, {}],
    ['sessionsStandAlone', 12, { requestsUnderWay: 2 }],
    ['quietAfterRestart', 10, { crashes: 1 }],
    ['compareAtUse', 12, {}],
  ])('%s: %i steps', async ([rule, length, faults], { annotate }) => {
    const { violation } = search(faults, { ...sound, [rule]: false })
    const steps = violation?.steps ?? []
    await annotate(steps.join('\n'), 'counter-example')
    expect(steps).toHaveLength(length)
  })
})

test('without revokeBeforeCommit nothing is stale against the acknowledgement, only against the commit', () => {
  const rules = { ...sound, revokeBeforeCommit: false }
  const { violation } = search({}, rules, startWorld(calm, rules), (world) =>
    isStale(world, rules, 'acknowledged'),
  )
  expect(violation).toBeUndefined()
})

describe('without extendOnlyWhenAcknowledged', () => {
  const rules = { ...sound, extendOnlyWhenAcknowledged: false }
  const start = startWorld(calm, rules)

  test('nothing is stale', () => {
    const { violation } = search({}, rules, start, (world) => isStale(world, rules))
    expect(violation).toBeUndefined()
  })

  test('a builder that hears no answer keeps a revocation waiting for ever', () => {
    expect(search({}, rules, start, isStuck).violation?.steps).toHaveLength(11)
    const round = [
      'builder 1 sends a renewal',
      'the renewal of builder 1 arrives',
      'builder 1 gives its renewal up',
      'a tick',
    ]
    const recorded = follow(
      start,
      [
        ...round.slice(0, 2),
        'the grantor answers builder 1',
        'the answer reaches builder 1',
        'the revocation of right 0 is recorded',
      ],
      rules,
    )
    const late = follow(recorded, Array(9).fill(round).flat(), rules)
    const later = follow(late, round, rules)
    expect(keyOf(later, calm, rules)).toBe(keyOf(late, calm, rules))
    expect(later.revocations).toMatchObject([{ stage: 'intended' }])
  })
})

function search(
  faults: Partial<Bounds>,
  rules: Rules = sound,
  start?: World,
  isViolated = (world: World) => isStale(world, rules) || isStuck(world),
): Exploration<World> {
  const bounds = { ...calm, ...faults }
  return explore(start ?? startWorld(bounds, rules), {
    steps: (world) => stepsFrom(world, bounds, rules),
    key: (world) => keyOf(world, bounds, rules),
    isViolated,
  })
}

/** Each builder in turn takes a lease and remembers the right. */
function warmUp(world: World, bounds: Bounds): World {
  const wanted = world.sides.flatMap((_, side) => [
    `builder ${side + 1} sends a renewal`,
    `the renewal of builder ${side + 1} arrives`,
    `the grantor answers builder ${side + 1}`,
    `the answer reaches builder ${side + 1}`,
    `builder ${side + 1} asks about right 0, and the grantor stamps it`,
    'right 0 is read from the database: it stands',
    `builder ${side + 1} remembers right 0`,
  ])
  const warm = follow(world, wanted, sound, bounds)
  return { ...warm, sides: warm.sides.map((side) => ({ ...side, attempts: 0, asked: 0 })) }
}

/** Takes the steps of these names, one after the other. */
function follow(world: World, labels: readonly string[], rules: Rules, bounds = calm): World {
  return labels.reduce((from, label) => {
    const step = stepsFrom(from, bounds, rules).find((possible) => possible.label === label)
    if (step === undefined) throw new Error(`${label}: not now`)
    return step.world
  }, world)
}
