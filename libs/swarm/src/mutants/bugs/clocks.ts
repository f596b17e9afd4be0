import type { Change } from '@keyrace/contracts'
import type { ControllerDeps } from '@keyrace/testbed'
import { calm, chased, replicasOf, struckAtEndings } from '../focus.ts'
import type { Mutant } from '../mutant.ts'
import { answering, strategyOver, unnoticed } from '../wiring.ts'

const cached = { strategies: ['ttl-cache'], commitCheck: 'none' } as const

export const wallClockTtl: Mutant = {
  sentence: 'a time to live is counted on the wall clock',
  source: 'of our own: an age belongs to a clock that nobody sets',
  killedBy: 'stale-admission',
  where: cached,
  focus: struckAtEndings('clock-skew', (dice, { replicas }, endsAtMs) => ({
    fromMs: endsAtMs - 5,
    toMs: endsAtMs + 3_000,
    node: `builder-${dice.integer('builder', 1, replicas)}`,
    strength: -2_000,
  })),
  plant: () =>
    strategyOver(({ clock }) => ({
      clock: { now: () => clock.wall(), wall: () => clock.wall(), timer: clock.timer.bind(clock) },
    })),
}

/** Each machine goes by its own. */
export const wallClocksCompared: Mutant = {
  sentence:
    "whether an entry is older than a change is told by two wall clocks: the builder's and the controller's",
  source: 'OpenFGA cache controller: timestamps of the database against its own now',
  killedBy: 'stale-admission',
  where: { strategies: ['file-first'], commitCheck: 'none' },
  focus: (plan) => ({
    ...chased(calm(plan)),
    faults: replicasOf(plan).map((node, index) => ({
      ...{ id: `f${index + 1}`, kind: 'clock-skew', node, strength: 600_000 },
      ...{ fromMs: 0, toMs: plan.operations.at(-1)?.atMs ?? 0 },
    })),
  }),
  plant() {
    const committedAt = new Map<number, number>()
    return {
      controller: (deps) => ({ ...deps, store: stampingChanges(deps, committedAt) }),
      ...strategyOver(({ clock, controller }) => {
        const asked = new Map<string, number>()
        const isNews = (change: Change) =>
          !('app' in change) ||
          (committedAt.get(change.revision) ?? 0) >= (asked.get(change.app) ?? 0)
        return {
          controller: answering(controller, {
            authorize(ask, { body: { app } }) {
              asked.set(app, clock.wall())
              return ask()
            },
            async changes(ask) {
              const answer = await ask()
              if (!answer.ok) return answer
              const changes = answer.body.changes.map((change) =>
                isNews(change) ? change : unnoticed(change),
              )
              return { ...answer, body: { changes } }
            },
          }),
        }
      }),
    }
  },
}

function stampingChanges(
  { store, clock }: Pick<ControllerDeps, 'store' | 'clock'>,
  committedAt: Map<number, number>,
): ControllerDeps['store'] {
  const transaction: typeof store.transaction = (work) =>
    store.transaction((inside) => {
      const record = async (mutation: Parameters<typeof inside.record>[0]) => {
        const revision = await inside.record(mutation)
        committedAt.set(revision, clock.wall())
        return revision
      }
      return work({ ...inside, record })
    })
  return Object.create(store, { transaction: { value: transaction } })
}
