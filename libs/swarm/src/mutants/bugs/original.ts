import { type QuirkName, quirks, type SwarmPlan } from '@keyrace/contracts'
import { createDice } from '../../draw/dice.ts'
import { drawOperations } from '../../draw/rounds.ts'
import { calm, chased, inOrder, struckAtEndings } from '../focus.ts'
import type { Mutant } from '../mutant.ts'

/** A behaviour of the original, switched on alone. */
function original(quirk: QuirkName, rest: Pick<Mutant, 'where' | 'focus'> = {}): Mutant {
  const { description, source, invariant } = quirks[quirk]
  return {
    sentence: description,
    source,
    killedBy: invariant,
    ...rest,
    plant: () => ({ quirks: [quirk] }),
  }
}

const asking = { strategies: ['fingerprint'], commitCheck: 'none' } as const

export const substringMatch = original('substring-match', { where: asking, focus: partOfName })
export const allApps = original('all-apps', { where: asking, focus: calm })
export const listFirst = original('list-first', {
  where: { strategies: ['combined'], commitCheck: 'none' },
  focus: (plan) => ({
    ...pushedWhenCreated(calm(plan)),
    reaper: { source: 'list', intervalMs: 40, graceMs: 0, budget: 100 },
  }),
})
export const namesOnly = original('names-only', { where: { commitCheck: 'none' }, focus: calm })
export const expiringLock = original('expiring-lock', { where: { commitCheck: 'none' } })
export const frozenApps = original('frozen-apps', { where: asking, focus: calm })
export const noDeadlines = original('no-deadlines', {
  where: asking,
  focus: (plan) => chased(cutOff(plan)),
})

const cutOff = struckAtEndings('cut', (dice, { replicas }, endsAtMs) => ({
  fromMs: endsAtMs - dice.number('before', 0, 30),
  toMs: endsAtMs + 300,
  node: `builder-${dice.integer('builder', 1, replicas)}`,
  peer: 'controller',
  bothWays: true,
}))

/** Who has nothing but `shop-api` pushes to `shop`. */
function partOfName(plan: SwarmPlan): SwarmPlan {
  const users = ['ada', 'bob'].map((name) => ({ name, keys: 1 }))
  const apps = [
    { name: 'shop', owner: 'ada', collaborators: [] },
    { name: 'shop-api', owner: 'bob', collaborators: [] },
  ]
  const { knobs } = plan
  const operations = drawOperations(
    createDice(plan.seed, 'focus'),
    { users, apps, replicas: plan.replicas },
    knobs.timeoutMs ?? 0,
  )
  const trespasses = operations
    .filter(({ f, app, by }) => f === 'push' && app === 'shop' && by === 'ada')
    .map(({ connection: _, ...push }) => ({
      ...push,
      id: `${push.id}-bob`,
      by: 'bob',
      key: 'bob/1',
    }))
  return inOrder({ ...calm(plan), users, apps, operations: [...operations] }, trespasses)
}

/** As soon as an app is there, its owner pushes to it. */
function pushedWhenCreated(plan: SwarmPlan): SwarmPlan {
  const pushes = plan.operations
    .filter(({ f }) => f === 'createApp')
    .flatMap(({ id, atMs, by, app = '' }) =>
      [4, 12, 20, 30].map((afterMs) => ({
        ...{ id: `${id}-${afterMs}`, atMs: atMs + afterMs, f: 'push' as const, by, app },
        ...{ key: `${by}/1`, replica: 'builder-1', ref: 'refs/heads/main' },
      })),
    )
  return inOrder(plan, pushes)
}

/** `sendExitStatus` of the original sent 0, whatever it was given; and what git says was not looked at. */
export const alwaysZero: Mutant = {
  sentence:
    'a receive that failed ends as one that did not: exit status 0, and no word of any failure',
  source: 'deis/builder pkg/sshd/server.go, sendExitStatus',
  killedBy: 'lost-acknowledged-push',
  where: { commitCheck: 'full', strategies: ['poll'] },
  focus: calm,
  plant: () => ({
    channel: (channel) => ({
      ...channel,
      report: (reports) => channel.report(new Map([...reports.keys()].map((ref) => [ref, null]))),
      finish: () => channel.finish(0),
    }),
  }),
}

/** A list that fails was followed by the next one at once, in a loop without a pause. */
export const hotLoop: Mutant = {
  sentence: 'a reaper whose question fails asks again at once',
  source: 'deis/builder pkg/cleaner/cleaner.go, Run: continue without a sleep',
  killedBy: 'hot-loop',
  where: { commitCheck: 'none', strategies: ['combined'] },
  focus: (plan) => ({
    ...struckAtEndings('database-outage', (_, __, endsAtMs) => ({
      fromMs: endsAtMs - 200,
      toMs: endsAtMs + 400,
      node: 'controller',
    }))(plan),
    reaper: { source: 'list', intervalMs: 100, graceMs: 0, budget: 100 },
  }),
  plant: () => ({
    reaper(deps) {
      const { clock, transport } = deps
      let hasFailed = false
      return {
        ...deps,
        transport: {
          ...transport,
          async call(call) {
            hasFailed = true
            const answer = await transport.call(call)
            hasFailed = answer.status >= 500
            return answer
          },
        },
        clock: {
          now: () => clock.now(),
          wall: () => clock.wall(),
          timer: (delayMs, callback) => clock.timer(hasFailed ? 0 : delayMs, callback),
        },
      }
    },
  }),
}

/** Names were brought into lower case before the folder was looked for. */
export const otherCase: Mutant = {
  sentence: 'a reaper takes some names for others, and finds nothing to remove',
  source: 'deis/builder pkg/cleaner/cleaner.go, dirHasGitSuffix and strings.ToLower',
  killedBy: 'dead-repository-kept',
  where: { commitCheck: 'none', strategies: ['combined'] },
  focus: (plan) => ({
    ...calm(plan),
    reaper: { source: 'list', intervalMs: 100, graceMs: 0, budget: 100 },
  }),
  plant: () => ({
    pushes: (deps) => ({ ...deps, removals: { notice() {}, close: async () => {} } }),
    reaper: (deps) => ({ ...deps, root: { ...deps.root, has: async () => false } }),
  }),
}
