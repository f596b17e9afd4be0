import { judge } from '@keyrace/checker'
import {
  blankEvent,
  type Claim,
  type HistoryEvent,
  type SwarmPlan,
  zeroSha,
} from '@keyrace/contracts'
import type { PlayedWorld } from '../play-world.ts'

/** A push to an app that was deleted, through a builder that could not hear of it; and what has nothing to do with it. */
export function examplePlan(): SwarmPlan {
  return {
    schemaVersion: 1,
    kind: 'swarm',
    seed: 17,
    system: 'fixed',
    quirks: [],
    strategy: 'poll',
    knobs: { intervalMs: 1_000, timeoutMs: 1_000 },
    replicas: 2,
    commitCheck: 'none',
    require: 'claimed',
    repositories: 'shared',
    lock: 'file',
    reaper: null,
    users: [
      { name: 'ada', keys: 1 },
      { name: 'bob', keys: 2 },
    ],
    apps: [{ name: 'foo', owner: 'ada', collaborators: ['bob'] }],
    operations: [
      { id: 'o1', atMs: 40, f: 'deleteApp', by: 'ada', app: 'foo' },
      {
        id: 'o2',
        atMs: 3_100,
        f: 'push',
        by: 'bob',
        app: 'foo',
        key: 'bob/2',
        replica: 'builder-2',
        ref: 'refs/heads/main',
      },
      { id: 'o3', atMs: 3_200, f: 'addKey', by: 'bob', user: 'bob', key: 'bob/3' },
    ],
    faults: [
      {
        id: 'f1',
        kind: 'cut',
        fromMs: 20,
        toMs: 4_000,
        node: 'builder-2',
        peer: 'controller',
        bothWays: true,
      },
    ],
    points: {},
    networkLatencyMs: { from: 1, to: 1 },
  }
}

/** How it was played, by hand: the copy was used for longer than its claim allows. */
export function examplePlayed(plan: SwarmPlan = examplePlan()): PlayedWorld {
  const history = exampleRows().map((row, idx) => ({ idx, ...row }))
  const [judgement] = judge({
    events: history,
    arms: [{ name: 'poll', replicas: [{ name: 'builder-1' }, { name: 'builder-2' }], claim }],
    commitCheck: plan.commitCheck,
    require: plan.require,
    sentBytes: new Map(),
  })
  if (judgement === undefined) throw new Error('there is one arm')
  const trace = { hash: '0badcafe', events: 321, virtualMs: 3_400 }
  return { plan, trace, history, judgement, pushes: 1, effects: { f1: 3 }, held: {}, waits: [] }
}

const twoSeconds = { formula: 'T + S', ms: 2_000 }
const bounds = { app: twoSeconds, permission: twoSeconds, key: twoSeconds }
const claim: Claim = {
  revocation: bounds,
  grant: bounds,
  outage: { kind: 'fail-closed' },
  write: { formula: '0', ms: 0 },
}

type Row = Omit<HistoryEvent, 'idx'>

/** The operations begin 10 ms into the history. */
function exampleRows(): Row[] {
  const foo = { app: 'foo', generation: 1 }
  const push = {
    ...blankEvent,
    ...foo,
    proc: 'poll/builder-2/c1',
    arm: 'poll',
    replica: 'builder-2',
    op: 'o2',
    user: 'bob',
    key: 'SHA256:bob2',
    ref: 'refs/heads/main',
  } as const
  return [
    ...mutation({ ...foo, f: 'createApp', op: 'm1', user: 'ada', proc: 'fixture' }, 1, 1),
    ...mutation({ ...foo, f: 'grant', op: 'm2', user: 'bob', proc: 'fixture' }, 2, 2),
    ...mutation({ f: 'addKey', op: 'm3', user: 'bob', key: 'SHA256:bob2', proc: 'fixture' }, 3, 3),
    ...mutation({ ...foo, f: 'deleteApp', op: 'o1' }, 50, 54.2),
    { ...push, t: 3_110.4, type: 'invoke', f: 'push' },
    { ...push, t: 3_110.4, type: 'invoke', f: 'admission' },
    {
      ...push,
      t: 3_113,
      type: 'ok',
      f: 'admission',
      source: 'cache',
      authRevision: 3,
      copyAgeMs: 3_090.2,
    },
    { ...push, t: 3_141.5, type: 'ok', f: 'push', old: zeroSha, new: 'b'.repeat(40) },
    ...mutation({ f: 'addKey', op: 'o3', user: 'bob', key: 'SHA256:bob3' }, 3_210, 3_213),
  ]
}

function mutation(facts: Partial<Row> & Pick<Row, 'f' | 'op'>, from: number, to: number): Row[] {
  const row = { ...blankEvent, proc: 'operator', ...facts }
  return [
    { ...row, t: from, type: 'invoke' },
    { ...row, t: to, type: 'ok', revision: to },
  ]
}
