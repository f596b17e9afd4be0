import assert from 'node:assert/strict'
import { setTimeout as delay } from 'node:timers/promises'
import { realClock } from '@keyrace/environment/real'
import type { FixtureApp } from '@keyrace/load'
import { type Client, PushFailed, type TimedPush } from './clients/client.ts'
import type { Contender, Server, Site } from './contenders/contender.ts'
import { cpuTime } from './cpu-time.ts'

/** A contender that has been started, and the apps that are pushed to it. */
export interface Lane {
  readonly name: string
  readonly contender: Contender
  readonly site: Site
  readonly server: Server
  /** One for each client at least: nobody waits for somebody else's push to the same app. */
  readonly apps: readonly FixtureApp[]
}

/** How hard is pushed: a closed loop of so many clients, each again as soon as its last push has ended. */
export interface Workload {
  readonly client: Client
  readonly clients: number
  readonly pushesEach: number
}

export interface Block {
  readonly pushes: readonly TimedPush[]
  readonly tookMs: number
  readonly serverCpuMs: number
  readonly clientCpuMs: number
}

/** Servers are still busy with the end of a connection when its client has long got its answer. */
const settleMs = 100

export async function runBlock(
  { name, server, apps }: Lane,
  { client, clients, pushesEach }: Workload,
  signal: AbortSignal,
): Promise<Block> {
  const before = cpuTime()
  const startedAt = realClock.now()
  const pushes = await Promise.all(Array.from({ length: clients }, (_, n) => pushInTurn(apps[n])))
  const tookMs = realClock.now() - startedAt
  await delay(settleMs)
  const after = cpuTime()
  return {
    pushes: pushes.flat(),
    tookMs,
    serverCpuMs: after.serverMs - before.serverMs,
    clientCpuMs: after.clientMs - before.clientMs,
  }

  async function pushInTurn(app: FixtureApp | undefined): Promise<TimedPush[]> {
    assert(app !== undefined, 'there are fewer apps than clients')
    const timed: TimedPush[] = []
    while (timed.length < pushesEach) {
      signal.throwIfAborted()
      timed.push(await client(server, app).catch(explain))
    }
    return timed
  }

  function explain(cause: Error): never {
    throw new PushFailed(`${name}: ${cause.message}`, { cause })
  }
}
