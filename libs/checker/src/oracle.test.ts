import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type HistoryBuilder, history, type When } from './testing/history-builder.ts'
import { couldBeRight, type Effect } from './testing/oracle.ts'
import { tried } from './testing/trial.ts'

/** What the rights of alice, with the key `k-alice`, to the app `blue` depend on. */
interface State {
  readonly key: boolean
  readonly live: ReadonlySet<number>
  readonly owner: ReadonlyMap<number, string>
  readonly granted: ReadonlySet<number>
}

const kinds = {
  createApp: (state, { generation, user }) => ({
    ...state,
    live: new Set([...state.live, generation]),
    owner: new Map([...state.owner, [generation, user]]),
  }),
  deleteApp: (state, { generation }) => ({ ...state, live: without(state.live, generation) }),
  transferApp: (state, { generation, user }) => ({
    ...state,
    owner: new Map([...state.owner, [generation, user]]),
  }),
  addKey: (state) => ({ ...state, key: true }),
  removeKey: (state) => ({ ...state, key: false }),
  grant: (state, { generation }) => ({
    ...state,
    granted: new Set([...state.granted, generation]),
  }),
  revokeGrant: (state, { generation }) => ({
    ...state,
    granted: without(state.granted, generation),
  }),
} satisfies Record<string, (state: State, facts: { generation: number; user: string }) => State>

type Kind = keyof typeof kinds

const noOne: State = { key: false, live: new Set(), owner: new Map(), granted: new Set() }

function without(set: ReadonlySet<number>, member: number): ReadonlySet<number> {
  return new Set([...set].filter((other) => other !== member))
}

function mayPush({ key, live, owner, granted }: State, generation: number | null): boolean {
  const candidates = generation === null ? [1, 2] : [generation]
  return candidates.some((n) => key && live.has(n) && (owner.get(n) === 'alice' || granted.has(n)))
}

const when = fc
  .tuple(fc.integer({ min: 2, max: 9 }), fc.integer({ min: 0, max: 4 }))
  .map(([inv, duration]): When => [inv, inv + duration])

const mutation = fc.record({
  f: fc.constantFrom(...(Object.keys(kinds) as Kind[])),
  generation: fc.constantFrom(1, 1, 2),
  user: fc.constantFrom('alice', 'alice', 'bob'),
  at: when,
  outcome: fc.constantFrom('ok', 'ok', 'ok', 'info', 'fail'),
})
type Mutation = typeof mutation extends fc.Arbitrary<infer M> ? M : never

/** Half of the histories begin with everything that alice needs. */
const microHistory = fc.record({
  fixture: fc.boolean(),
  mutations: fc.array(mutation, { maxLength: 5 }),
  at: when,
  generation: fc.constantFrom(null, 1, 2),
})

test('one push among any few mutations is convicted exactly when no order of them makes it right', () => {
  const verdicts = { right: 0, wrong: 0 }
  fc.assert(
    fc.property(microHistory, fc.constantFrom('ok', 'denied'), (micro, outcome) => {
      const possible = couldBeRight(initial(micro), effects(micro), interval(micro.at), (state) =>
        outcome === 'ok' ? mayPush(state, micro.generation) : !mayPush(state, null),
      )
      verdicts[possible ? 'right' : 'wrong']++
      expect(convictions(micro, outcome)).toBe(possible ? 0 : 1)
    }),
    { numRuns: 4000, seed: 7 },
  )
  expect(Math.min(verdicts.right, verdicts.wrong)).toBeGreaterThan(500)
})

type Micro = typeof microHistory extends fc.Arbitrary<infer M> ? M : never

function initial({ fixture }: Micro): State {
  return fixture
    ? { ...noOne, key: true, live: new Set([1]), owner: new Map([[1, 'alice']]) }
    : noOne
}

function effects({ mutations }: Micro): Effect<State>[] {
  return mutations
    .filter(({ outcome }) => outcome !== 'fail')
    .map((facts) => ({
      ...interval(facts.at),
      unknown: facts.outcome === 'info',
      apply: (state) => kinds[facts.f](state, facts),
    }))
}

function interval([inv, cmp]: When) {
  return { inv, cmp }
}

function convictions(micro: Micro, outcome: 'ok' | 'denied'): number {
  const story = micro.fixture ? history().app('blue', 1, 'alice').key('alice') : history()
  for (const each of micro.mutations) tell(story, each)
  const { at, generation } = micro
  story.push({ at, generation, outcome, admission: 'unseen' })
  return tried(story).findings.length
}

function tell(story: HistoryBuilder, { f, generation, user, at, outcome }: Mutation): void {
  const aboutKeys = f === 'addKey' || f === 'removeKey'
  const whose = f === 'createApp' || f === 'transferApp' ? user : 'alice'
  const facts = aboutKeys
    ? { user: 'alice', key: 'k-alice' }
    : { app: 'blue', generation, user: whose }
  story.mutation(f, facts, at, outcome)
}
