import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { CommitCheck, Knobs, Release } from '@keyrace/contracts'
import { type ControllerClient, createControllerClient } from '@keyrace/controller-client'
import { createHttpTransport } from '@keyrace/environment/real'
import type { StrategyName } from '@keyrace/key-lookup'
import { createFixture, createHostKey, type FixtureApp } from '@keyrace/load'
import { repositoryName } from '@keyrace/push'
import { startEmbeddedPostgres } from '../embedded-postgres.ts'
import { encodeImport } from '../import-stream.ts'
import { freePort } from './free-port.ts'
import { type Link, startLink } from './link.ts'
import { type BranchHistory, readBranch } from './repository-history.ts'
import type { Restartable } from './restartable.ts'
import { deployedRef, type RigBuilder, startBuilder, startController } from './rig-processes.ts'

export interface RigOptions {
  readonly strategy: StrategyName
  readonly knobs?: Knobs
  readonly commitCheck: CommitCheck
  /** The builders reach the controller through the link, which can hold what they ask. */
  readonly throughLink?: boolean
}

/** Postgres, a controller and two builders that share their repositories, each of them to be broken. */
export interface Rig {
  /** Each with an owner who may push to it. */
  readonly apps: readonly FixtureApp[]
  readonly controller: Restartable
  /** Of the controller. */
  readonly origin: string
  readonly builders: readonly [RigBuilder, RigBuilder]
  readonly link: Link
  /** The folder of Postgres. */
  readonly database: string
  asOwner(app: FixtureApp): ControllerClient
  readonly operator: ControllerClient
  /** Of the app's present generation. */
  releases(app: FixtureApp): Promise<readonly Release[]>
  /** How many releases this builder has left pending. */
  countPending(builder: RigBuilder): Promise<number>
  /** The branch to which all pushes go. */
  branch(app: FixtureApp, generation?: number): Promise<BranchHistory>
  /** The status of a controller's answer to GET. */
  status(path: string): Promise<number>
  close(): Promise<void>
}

export const callTimeoutMs = 10_000
const builderToken = 'builder-secret'
const operatorToken = 'operator-secret'

export async function startRig(options: RigOptions): Promise<Rig> {
  await using cleanup = new AsyncDisposableStack()
  const folder = await mkdtemp(join(tmpdir(), 'keyrace-rig-'))
  cleanup.defer(() => rm(folder, { recursive: true, force: true }))
  const repositories = join(folder, 'repositories')
  await mkdir(repositories)

  const postgres = await startEmbeddedPostgres()
  cleanup.defer(() => postgres.stop())
  const origin = `http://127.0.0.1:${await freePort()}`
  const controller = await startController({
    origin,
    database: postgres.url,
    operatorToken,
    builderToken,
    folder,
  })
  cleanup.defer(() => controller.stop())
  const link = await startLink(origin)
  cleanup.defer(() => link.close())
  const transport = createHttpTransport({ origin })
  cleanup.defer(() => transport.close())

  const fixture = createFixture({ seed: 7, users: 4, keysPerUser: 2, apps: 4 })
  const operator = createControllerClient({ transport, credentials: { operator: operatorToken } })
  await operator.call(
    'importBatch',
    { body: encodeImport(fixture.lines()) },
    { timeoutMs: callTimeoutMs },
  )

  const hostKey = join(folder, 'host-key')
  await writeFile(hostKey, createHostKey('rig'), { mode: 0o600 })
  const start = (name: string) =>
    startBuilder(name, {
      ...options,
      controller: options.throughLink ? link.origin : origin,
      builderToken,
      hostKey,
      repositories,
      folder,
    })
  const builders = await Promise.all([start('builder-1'), start('builder-2')])
  cleanup.defer(async () => {
    await Promise.all(builders.map((builder) => builder.stop()))
  })

  const asBuilder = createControllerClient({ transport, credentials: { builder: builderToken } })
  const asOwner = ({ token }: FixtureApp) =>
    createControllerClient({ transport, credentials: { user: token } })
  const running = cleanup.move()
  return {
    apps: fixture.apps,
    controller,
    origin,
    builders,
    link,
    database: new URL(postgres.url.replace('@/', '@host/')).searchParams.get('host') ?? '',
    asOwner,
    operator,
    async releases(app) {
      const answer = await asOwner(app).call(
        'appReleases',
        { params: { app: app.app } },
        { timeoutMs: callTimeoutMs },
      )
      return answer.ok ? answer.body.results : []
    },
    async countPending({ name }) {
      const answer = await asBuilder.call(
        'pendingReleases',
        { query: { builder: name } },
        { timeoutMs: callTimeoutMs },
      )
      return answer.ok ? answer.body.releases.length : Number.NaN
    },
    branch: ({ app }, generation = 1) =>
      readBranch(join(repositories, repositoryName({ app, generation })), deployedRef),
    status: async (path) => (await fetch(origin + path)).status,
    close: () => running.disposeAsync(),
  }
}
