import type { Delivery } from '@keyrace/contracts'
import { deliver } from '@keyrace/contracts'
import { sleep, type Transport } from '@keyrace/environment'
import { withKnobs } from '../focus.ts'
import type { Mutant } from '../mutant.ts'
import { strategyOver } from '../wiring.ts'

const where = { strategies: ['controller-push'], commitCheck: 'none', replicas: 3 } as const
const focus = withKnobs({ acknowledged: 1 })

/** Until what was acknowledged is applied. */
const lateMs = 80

export const acknowledgedFirst: Mutant = {
  sentence: 'a change is acknowledged to the controller before it is applied',
  source: 'replication that is acknowledged on receipt, and applied later',
  killedBy: 'stale-admission',
  where,
  focus,
  plant: () =>
    strategyOver(({ clock, inbox }) =>
      inbox === undefined
        ? {}
        : {
            inbox: {
              open: (endpoint, answer) =>
                inbox.open(endpoint, async (call) => {
                  void sleep(clock, lateMs).then(() => answer(call))
                  return taken(call.input.body as Delivery)
                }),
            },
          },
    ),
}

export const twoOfThree: Mutant = {
  sentence: 'a change is brought to two of three builders, and the third counts as told',
  source: 'Meta, Cache made consistent: an invalidation that some replicas never got',
  killedBy: 'stale-admission',
  where,
  focus,
  plant: () => {
    const origins = new Set<string>()
    return {
      controller(deps) {
        const { transportTo } = deps
        if (transportTo === undefined) return deps
        return {
          ...deps,
          transportTo(origin) {
            origins.add(origin)
            return [...origins].indexOf(origin) === 2 ? nowhere : transportTo(origin)
          },
        }
      },
    }
  },
}

const nowhere: Transport = {
  call: async ({ input }) => taken(input.body as Delivery),
  close: async () => {},
}

function taken({ to }: Delivery) {
  return { status: deliver.status, headers: {}, body: { applied: to } }
}
