import { join } from 'node:path'
import { createFixture } from '@keyrace/load'
import { startArena } from './arena.ts'
import { type Bench, runBench } from './bench.ts'
import type { Lane } from './block.ts'
import { ssh2 } from './clients/ssh2.ts'
import { createStockGit } from './clients/stock-git.ts'
import { contenders } from './contenders/index.ts'
import { startLanes } from './lanes.ts'
import { createCommand, type Options } from './options.ts'
import type { Section } from './section.ts'

/** Who pushes at once when throughput is measured: enough to keep two cores busy. */
const crowd = 8
const users = 100
const reference = 'openssh-akc'
const byKeys = ['builder-fingerprint', 'builder-user-keys'] as const

const bench: Bench = {
  name: 'push',
  goals: [
    {
      id: 'latency',
      text: 'builder-fingerprint against AuthorizedKeysCommand: p50 of a push',
      section: 'latency',
      a: 'builder-fingerprint',
      b: reference,
      limit: { atMost: 0.25 },
    },
    {
      id: 'rate',
      text: 'builder-fingerprint against AuthorizedKeysCommand: pushes per second',
      section: 'rate',
      a: 'builder-fingerprint',
      b: reference,
      limit: { atLeast: 2.6 },
    },
    ...byKeys.map((name) => ({
      id: `keys-${name}`,
      text: `${name}, a user with 200 keys against one with 1: p50 of a push`,
      section: `keys-${name}`,
      a: '200 keys',
      b: '1 key',
      limit: { atMost: 1.05 },
    })),
  ],
  async setUp(ground, { only }) {
    const few = createFixture({ seed: 1, users, keysPerUser: 1, apps: 1 })
    const many = createFixture({ seed: 2, users, keysPerUser: 200, apps: crowd + 1 })
    const crowdApps = many.apps.slice(0, crowd)
    // Repositories grow, and so each of these two is for its own comparison alone.
    const apart = { few: few.apps, many: many.apps.slice(crowd) }
    const site = await startArena(ground.cleanup, {
      ...ground,
      fixtures: [few, many],
      contenders: only,
    })
    const chosen = only.map((name) => contenders[name])
    const { lanes, skipped } = await startLanes(ground.cleanup, site, chosen, crowdApps)
    const stockGit = await createStockGit(join(ground.folder, 'stock-git'), crowdApps)
    const keys = lanes.filter(({ name }) => byKeys.some((builder) => builder === name))
    return {
      skipped,
      sections: [
        {
          name: 'latency',
          title: 'One client at a time, the stock git and ssh',
          workload: { client: stockGit, clients: 1, pushesEach: 8 },
          pairsPerRound: 1,
          lanes,
          reference,
          figure: 'latency',
        },
        {
          name: 'rate',
          title: `${crowd} clients at once, our own over ssh2; git-file with git itself`,
          workload: {
            client: (server, app) => (server.connect ? ssh2 : stockGit)(server, app),
            clients: crowd,
            pushesEach: 6,
          },
          pairsPerRound: 1,
          lanes,
          reference,
          figure: 'rate',
        },
        ...keys.map((lane) => keysSection(lane, apart)),
      ],
    }
  },
}

/** The same builder, controller and store: only the one who pushes differs. */
function keysSection(
  lane: Lane,
  { few, many }: { few: Lane['apps']; many: Lane['apps'] },
): Section {
  return {
    name: `keys-${lane.name}`,
    title: `${lane.name}: keys of the user who pushes, one client over ssh2`,
    workload: { client: ssh2, clients: 1, pushesEach: 16 },
    pairsPerRound: 3,
    lanes: [
      { ...lane, name: '1 key', apps: few },
      { ...lane, name: '200 keys', apps: many },
    ],
    reference: '1 key',
    figure: 'latency',
  }
}

const command = createCommand({
  name: bench.name,
  description: 'What a push costs: git alone, OpenSSH in front of it, and our builder.',
  pairs: 8,
})
process.exitCode = await runBench(bench, command.parse().opts<Options>())
