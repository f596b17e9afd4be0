import type { RefUpdate, SwarmPlan } from '@keyrace/contracts'
import { repositoryName } from '@keyrace/push'
import type { PushDeps } from '@keyrace/testbed'
import { createDice } from '../../draw/dice.ts'
import { calm, chased } from '../focus.ts'
import type { Mutant } from '../mutant.ts'
import { often, withoutRemovals } from './repositories.ts'

export const retriedAsNew: Mutant = {
  sentence:
    'a restarted builder begins a push again that it had not ended: the refs go back to where it found them',
  source: 'a retry without a token that makes it the same',
  killedBy: 'lost-acknowledged-push',
  where: { strategies: ['combined'], commitCheck: 'full', replicas: 2 },
  focus: killedAtWork,
  plant() {
    const journals = new Map<string, Set<Begun>>()
    return {
      builder(deps) {
        const { replica, root } = deps
        const left = journals.get(replica) ?? new Set()
        journals.set(replica, new Set())
        for (const { push, updates } of left) {
          const repository = root.get(repositoryName(push))
          for (const { ref, old } of updates) {
            const tip = repository?.refs().get(ref)
            if (tip) repository?.update({ ref, old: tip, new: old }, push.pushId)
          }
        }
        return deps
      },
      pushes(deps) {
        const journal = journals.get(deps.replica) ?? new Set()
        const { repositories } = deps
        return { ...deps, repositories: { ...repositories, receive } }

        async function receive(...[push, channel, hooks]: Parameters<Receive>) {
          let begun: Begun | undefined
          const receipt = await repositories.receive(push, channel, {
            ...hooks,
            decide(updates) {
              begun = { push, updates }
              journal.add(begun)
              return hooks.decide(updates)
            },
          })
          if (begun !== undefined) journal.delete(begun)
          return receipt
        }
      },
    }
  },
}

interface Begun {
  readonly push: Parameters<Receive>[0]
  readonly updates: readonly RefUpdate[]
}

type Receive = PushDeps['repositories']['receive']

/** Both builders push to one branch, until one of them is killed, and for a while after that. */
function killedAtWork(plan: SwarmPlan): SwarmPlan {
  const [app] = plan.apps
  if (app === undefined) return plan
  const dice = createDice(plan.seed, 'focus')
  const push = { f: 'push', by: app.owner, key: `${app.owner}/1`, app: app.name } as const
  const operations = Array.from({ length: 50 }, (_, index) => ({
    ...{
      ...push,
      id: `o${index + 1}`,
      atMs: index < 20 ? 30 * index : 300 * index,
      ref: 'refs/heads/main',
    },
    replica: `builder-${1 + (index % 2)}`,
  }))
  const fromMs = dice.number('killed', 300, 600)
  const crash = {
    id: 'f1',
    kind: 'crash',
    node: 'builder-1',
    fromMs,
    toMs: fromMs + 10_000,
  } as const
  return { ...calm(plan), operations, faults: [crash], networkLatencyMs: { from: 10, to: 20 } }
}

export const ghostMaker: Mutant = {
  sentence:
    'a push that is denied makes its repository, and what a reaper has removed once it does not look for again',
  source: 'deis/builder pkg/git/git.go: createRepo before anything is asked',
  killedBy: 'ghost-repository',
  where: { strategies: ['combined'], commitCheck: 'none' },
  focus: (plan) => ({ ...chased(calm(plan)), reaper: often }),
  plant: () => ({
    reaper(deps) {
      const { root } = deps
      const seen = new Set<string>()
      const has = async (name: string) => !seen.has(name) && root.has(name)
      const rename = (from: string, to: string) =>
        root.rename(from, to).then(() => void seen.add(from))
      return { ...deps, root: { ...root, has, rename } }
    },
    pushes: (deps) => ({
      ...withoutRemovals(deps),
      lookup: { authorize: makingRepositories(deps) },
    }),
  }),
}

function makingRepositories({ lookup, repositories }: PushDeps): PushDeps['lookup']['authorize'] {
  const generations = new Map<string, number>()
  return async (request) => {
    const decision = await lookup.authorize(request)
    const { app } = request
    if (decision.kind === 'allowed') generations.set(app, decision.generation)
    const generation = generations.get(app)
    if (decision.kind === 'denied' && generation !== undefined)
      await repositories.receive({ app, generation, pushId: 'none' }, nobody, hooks)
    return decision
  }
}

const nobody = {
  advertise: async () => undefined,
  report() {},
  refuse() {},
  finish() {},
}

const hooks = { decide: async () => ({ allowed: true }) as const, attached: async () => {} }

export const noFence: Mutant = {
  sentence: 'the commit check that is planned is not made: the ref moves on the admission alone',
  source: 'Kleppmann, How to do distributed locking: a lock without a fence',
  killedBy: 'late-commit',
  where: { strategies: ['poll'], commitCheck: 'full' },
  focus: (plan) => chased(calm(plan)),
  plant: () => ({ pushes: (deps) => ({ ...deps, commitCheck: 'none' }) }),
}

export const otherApp: Mutant = {
  sentence: 'the folder of an app is found by its name up to the first dash',
  source: 'of our own: a name that is parsed and not compared',
  killedBy: 'crossed-generation',
  where: { strategies: ['combined'], commitCheck: 'none' },
  focus: calm,
  plant: () => ({
    pushes(deps) {
      const { repositories } = deps
      const shorten = (push: Begun['push']) => ({ ...push, app: push.app.split('-', 1)[0] ?? '' })
      const receive: Receive = (push, ...rest) => repositories.receive(shorten(push), ...rest)
      return { ...deps, repositories: { ...repositories, receive } }
    },
  }),
}

export const refusedAfterwards: Mutant = {
  sentence: 'the commit check is made after the refs have moved, and a refusal leaves them there',
  source: 'of our own: post-receive in the place of pre-receive',
  killedBy: 'rejected-push-left-refs',
  where: { strategies: ['poll'], commitCheck: 'full' },
  focus: (plan) => chased(calm(plan)),
  plant: () => ({
    pushes(deps) {
      const { repositories } = deps
      const receive: Receive = (push, channel, { attached, decide }) => {
        let refusal: string | undefined
        const report: typeof channel.report = (reports) =>
          channel.report(new Map([...reports].map(([ref, fault]) => [ref, refusal ?? fault])))
        return repositories.receive(
          push,
          { ...channel, report },
          {
            attached,
            async decide(updates) {
              const verdict = await decide(updates)
              refusal = verdict.allowed ? undefined : verdict.message
              return { allowed: true }
            },
          },
        )
      }
      return { ...deps, repositories: { ...repositories, receive } }
    },
  }),
}
