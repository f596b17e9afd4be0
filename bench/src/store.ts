import { join } from 'node:path'
import { createFixture } from '@keyrace/load'
import { startArena } from './arena.ts'
import { type Bench, type Ground, runBench } from './bench.ts'
import type { Lane } from './block.ts'
import { ssh2 } from './clients/ssh2.ts'
import { contenders } from './contenders/index.ts'
import { startLanes } from './lanes.ts'
import { createCommand, type Options, parseCount } from './options.ts'

const rivals = ['builder-fingerprint', 'builder-user-keys'] as const
/** Whoever pushes has as many in either store. */
const keysPerUser = 200

interface StoreOptions extends Options {
  /** In the larger store. The smaller one has a single user. */
  readonly users: number
}

function createBench(users: number): Bench {
  const [small, large] = [storeOf(1), storeOf(users)]
  return {
    name: 'store',
    goals: rivals.map((name) => ({
      id: `store-${name}`,
      text: `${name}, a store of ${large.name} against one of ${small.name}: p50 of a push`,
      section: name,
      a: large.name,
      b: small.name,
      limit: { atMost: 1.05 },
    })),
    async setUp(ground, { only }) {
      const names = rivals.filter((name) => only.includes(name))
      const lanes = [
        ...(await startStore(ground, small, names)),
        ...(await startStore(ground, large, names)),
      ]
      return {
        skipped: [],
        sections: names.map((name) => ({
          name,
          title: `${name}: keys in the store, one client over ssh2`,
          workload: { client: ssh2, clients: 1, pushesEach: 16 },
          pairsPerRound: 1,
          lanes: lanes.filter(({ contender }) => contender.name === name),
          reference: small.name,
          figure: 'latency',
        })),
      }
    },
  }
}

interface Store {
  readonly name: string
  readonly users: number
}

function storeOf(users: number): Store {
  return { name: `${(users * keysPerUser).toLocaleString('en')} keys`, users }
}

/** A database, a controller and builders of its own. */
async function startStore(
  ground: Ground,
  { name, users }: Store,
  names: readonly (typeof rivals)[number][],
): Promise<Lane[]> {
  ground.tell(`${name}: importing`)
  const fixture = createFixture({ seed: 1, users, keysPerUser, apps: 1 })
  const site = await startArena(ground.cleanup, {
    fixtures: [fixture],
    contenders: names,
    folder: join(ground.folder, String(users)),
    logs: join(ground.logs, String(users)),
  })
  const chosen = names.map((rival) => contenders[rival])
  const { lanes } = await startLanes(ground.cleanup, site, chosen, fixture.apps)
  return lanes.map((lane) => ({ ...lane, name }))
}

const options = createCommand({
  name: 'store',
  description: 'Whether a push takes longer where the controller knows more keys.',
  pairs: 20,
})
  .option('--users <n>', `in the larger store, each with ${keysPerUser} keys`, parseCount, 10_000)
  .parse()
  .opts<StoreOptions>()
process.exitCode = await runBench(createBench(options.users), options)
