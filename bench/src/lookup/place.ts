import { join } from 'node:path'
import { createControllerClient } from '@keyrace/controller-client'
import {
  createHttpInbox,
  createHttpTransport,
  createRealPrivateFiles,
  realClock,
  realIds,
} from '@keyrace/environment/real'
import {
  type AuthorizationRequest,
  type Neighbour,
  type Strategy,
  type StrategyDeps,
  type StrategyName,
  strategies,
} from '@keyrace/key-lookup'
import { createFixture, type Fixture } from '@keyrace/load'
import { openNeighbours } from '@keyrace/service'
import { findEtcd, startNeighbours } from '@keyrace/testbed'
import { startArena } from '../arena.ts'
import type { Frame } from '../frame.ts'

/** A database and a controller of its own, and what is asked there. */
export interface Place {
  /** `2,010 keys` */
  readonly name: string
  /** Those that can be measured there. */
  readonly strategies: readonly StrategyName[]
  readonly skipped: readonly SkippedLane[]
  /** One push that is allowed for each number of keys, by somebody who has so many. */
  readonly pushes: readonly {
    readonly keysPerUser: number
    readonly request: AuthorizationRequest
  }[]
  /** What a builder has that asks there; a strategy is charged for what it asks. */
  depsOf(strategy: StrategyName): StrategyDeps
}

export interface SkippedLane {
  readonly strategy: StrategyName
  readonly store: string
  readonly reason: string
}

export interface PlacePlan {
  /** Those that are not measured there are told. */
  readonly strategies: readonly StrategyName[]
  readonly keysPerUser: readonly number[]
  /** Who push nothing, and have `keysOfOthers` each. */
  readonly others: number
}

const keysOfOthers = 200

export async function startPlace(frame: Frame, plan: PlacePlan): Promise<Place> {
  const { keysPerUser, others, strategies: names } = plan
  const keys = [...keysPerUser, others * keysOfOthers].reduce((sum, n) => sum + n)
  const name = `${keys.toLocaleString('en')} keys`
  const skipped = names.flatMap((strategy) => {
    const reason = unmeasurable(strategies[strategy], keys)
    return reason === undefined ? [] : [{ strategy, store: name, reason }]
  })
  const measured = names.filter((name) => skipped.every(({ strategy }) => strategy !== name))
  const needs = new Set(measured.flatMap((name) => needsOf(strategies[name])))
  const running = await startNeighbours(needs, { logs: frame.logs })
  frame.cleanup.defer(() => running.stop())
  const neighbours = await openNeighbours(running.at)

  frame.tell(`${name}: importing`)
  const folder = join(frame.folder, String(keys))
  const { apps, controller, tokenOf } = await startArena(frame.cleanup, {
    fixtures: fixturesOf(plan),
    contenders: measured,
    flags: running.flagsFor(needs),
    folder,
    logs: join(frame.logs, String(keys)),
  })
  const transport = createHttpTransport({ origin: controller })
  frame.cleanup.defer(() => transport.close())
  return {
    name,
    strategies: measured,
    skipped,
    pushes: apps.map(({ app, pusher: { user, fingerprint, blob } }, index) => ({
      keysPerUser: keysPerUser[index] ?? 0,
      request: { app, user, key: { fingerprint, blob } },
    })),
    depsOf: (strategy) => ({
      ...neighbours,
      replica: 'bench',
      clock: realClock,
      ids: realIds,
      controller: createControllerClient({
        transport,
        credentials: { builder: tokenOf(strategy) },
      }),
      files: createRealPrivateFiles(join(folder, strategy)),
      inbox: createHttpInbox({ host: '127.0.0.1', port: 0 }),
    }),
  }
}

/** Why this strategy cannot be measured beside so many keys; undefined where it can. */
function unmeasurable(
  { needs = [], mostKeys = Number.POSITIVE_INFINITY }: Strategy,
  keys: number,
): string | undefined {
  if (keys > mostKeys) return `it keeps a copy of at most ${mostKeys.toLocaleString('en')} keys`
  if (!needs.includes('etcd')) return undefined
  const found = findEtcd()
  return 'missing' in found ? found.missing : undefined
}

function needsOf({ needs = [] }: Strategy): readonly Neighbour[] {
  return needs
}

/** First those who push, one for each number of keys. */
function fixturesOf({ keysPerUser, others }: PlacePlan): readonly Fixture[] {
  const pushers = keysPerUser.map((keys) =>
    createFixture({ seed: 1, users: 1, keysPerUser: keys, apps: 1, prefix: `with-${keys}-` }),
  )
  return [...pushers, createFixture({ seed: 1, users: others, keysPerUser: keysOfOthers, apps: 0 })]
}
