import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Plan, type QuirkyPart, quirksOf, type ReaperPlan } from '@keyrace/contracts'
import { createRandom } from '@keyrace/environment'
import { createHttpTransport, realClock, realIds } from '@keyrace/environment/real'
import { type Clients, createClients, createHostKey, publicHostKey } from '@keyrace/load'
import { repositoryNaming } from '@keyrace/push'
import { type ArmPlan, armsOf, reapersOf } from '../arms.ts'
import { createControllerAccess } from '../controller-access.ts'
import { startEmbeddedPostgres } from '../embedded-postgres.ts'
import { type Keeper, keepersOf } from '../keepers.ts'
import { needsOf, neighboursIn } from '../needs.ts'
import type { Arm, Replica, Resume, World } from '../world.ts'
import { readEvidence } from './evidence-files.ts'
import { createLookupMeter } from './lookup-meter.ts'
import { type RunningNeighbours, startNeighbours } from './neighbours.ts'
import { pauseService } from './pause.ts'
import { readRefs } from './ref-reader.ts'
import { listRepositories } from './repository-lister.ts'
import { type Service, type ServiceOptions, startService } from './service.ts'

export interface RealWorldOptions {
  /** Where logs go, and repositories when they are kept. */
  readonly folder: string
  readonly keepRepositories: boolean
}

/** What somebody needs besides who comes with tools of their own: with their git, say. */
export interface RealWorld extends World {
  readonly controllerUrl: string
  /** The one that all builders share, as the line of a `.pub` file. */
  readonly hostKey: string
  builders(arm: Arm): readonly RunningBuilder[]
}

export interface RunningBuilder extends BuilderAddress {
  readonly name: string
  /** A line of JSON for each push that has ended. */
  readonly evidenceFile: string
  pause(): Promise<Resume>
}

const clientTimeoutMs = 30_000

/**
 * Separate processes on the loopback interface: Postgres, one controller, and for each arm its own
 * builders with their own token and repositories. All of it ends when `use` does.
 */
export async function inRealWorld<T>(
  plan: Plan,
  { folder, keepRepositories }: RealWorldOptions,
  use: (world: RealWorld) => Promise<T>,
): Promise<T> {
  await using cleanup = new AsyncDisposableStack()
  const temporary = await mkdtemp(join(tmpdir(), 'keyrace-'))
  cleanup.defer(() => rm(temporary, { recursive: true, force: true }))
  const logs = join(folder, 'logs')
  const repositories = join(keepRepositories ? folder : temporary, 'repositories')
  await rm(repositories, { recursive: true, force: true })
  await rm(logs, { recursive: true, force: true })
  await mkdir(logs, { recursive: true })

  const postgres = await startEmbeddedPostgres()
  cleanup.defer(() => postgres.stop())
  const needs = neighboursIn(plan)
  const neighbours = await startNeighbours(needs, { logs })
  cleanup.defer(() => neighbours.stop())
  const arms = armsOf(plan)
  const tokens = new Map(arms.map(({ name }) => [name, realIds.next('builder')]))
  const lookupToken = realIds.next('builder')
  const operatorToken = realIds.next('operator')
  const controller = await startController(plan, {
    database: postgres.url,
    tokens: new Map([...tokens, ['lookups', lookupToken]]),
    operatorToken,
    logs,
    neighbourFlags: neighbours.flagsFor(needs),
  })
  cleanup.defer(() => controller.stop())
  const origin = controller.listening.url

  const hostKey = join(temporary, 'host-key')
  const hostKeyText = `host key ${plan.seed}`
  await writeFile(hostKey, createHostKey(hostKeyText), { mode: 0o600 })
  const clients = createClients(plan)
  cleanup.defer(() => clients.close())
  const services: Service<unknown>[] = []
  cleanup.defer(async () => {
    await Promise.all(services.map((service) => service.stop()))
  })
  const started = await settled(
    arms.map((arm) =>
      startArm(plan, arm, {
        async start(options) {
          const service = await startService<BuilderAddress>(options)
          services.push(service)
          return service
        },
        clients,
        neighbours,
        origin,
        token: tokens.get(arm.name) ?? '',
        hostKey,
        logs,
        evidence: temporary,
        repositories: join(repositories, arm.name),
      }),
    ),
  )

  const nameOf = repositoryNaming(plan.quirks)
  const transport = createHttpTransport({ origin, connections: 64 })
  cleanup.defer(() => transport.close())
  const buildersOf = (arm: string) => started.find((one) => one.arm.name === arm)?.builders ?? []
  return await use({
    mode: 'real',
    patienceMs: clientTimeoutMs,
    clock: realClock,
    random: createRandom(plan.seed),
    arms: started.map(({ arm }) => arm).filter(({ isControl }) => !isControl),
    control: started.map(({ arm }) => arm).find(({ isControl }) => isControl),
    ...createControllerAccess({ transport, operatorToken }),
    evidence: ({ name }) => readEvidence(buildersOf(name).map(({ evidenceFile }) => evidenceFile)),
    readRefs: ({ name }, app, keeper = null) =>
      readRefs(join(folderOf(join(repositories, name), keeper), nameOf(app))),
    removals: ({ name }) => {
      return readEvidence(started.find(({ arm }) => arm.name === name)?.removalFiles ?? [])
    },
    repositories: ({ name }, keeper = null) =>
      listRepositories(folderOf(join(repositories, name), keeper)),
    measureLookup: createLookupMeter({ origin, transport, token: lookupToken }),
    controllerUrl: origin,
    hostKey: publicHostKey(hostKeyText),
    builders: ({ name }) => buildersOf(name),
    async pause(arm, replica) {
      const builder = buildersOf(arm.name).find(({ name }) => name === replica.name)
      if (builder === undefined) throw new Error(`${arm.name} has no ${replica.name}`)
      return await builder.pause()
    },
  })
}

function startController(
  plan: Plan,
  options: {
    readonly database: string
    readonly tokens: ReadonlyMap<string, string>
    readonly operatorToken: string
    readonly logs: string
    readonly neighbourFlags: readonly string[]
  },
): Promise<Service<{ readonly url: string }>> {
  return startService({
    name: 'controller',
    main: fileURLToPath(import.meta.resolve('@keyrace/controller/main')),
    args: [
      '--listen=127.0.0.1:0',
      `--database=${options.database}`,
      `--service-time=${plan.serviceTimesMs[0] ?? 0}ms`,
      ...options.neighbourFlags,
      ...quirkArgs('controller', plan),
    ],
    env: {
      KEYRACE_OPERATOR_TOKEN: options.operatorToken,
      KEYRACE_BUILDER_TOKENS: [...options.tokens].map((pair) => pair.join('=')).join(','),
    },
    logFile: join(options.logs, 'controller.log'),
  })
}

/** Where a keeper of an arm has its repositories. */
function folderOf(repositories: string, keeper: Keeper): string {
  return keeper === null ? repositories : join(repositories, keeper)
}

function quirkArgs(part: QuirkyPart, { quirks }: Plan): string[] {
  return quirksOf(part, quirks).map((name) => `--quirk=${name}`)
}

/** Fails only when all have come to an end, so that nothing starts any more once the cleanup begins. */
async function settled<T>(promises: readonly Promise<T>[]): Promise<T[]> {
  await Promise.allSettled(promises)
  return await Promise.all(promises)
}

type Start = (options: ServiceOptions) => Promise<Service<BuilderAddress>>

interface StartedArm {
  readonly arm: Arm
  readonly builders: readonly RunningBuilder[]
  /** Of the builders and the reaper. */
  readonly removalFiles: readonly string[]
}

interface BuilderAddress {
  readonly host: string
  readonly port: number
}

async function startArm(
  plan: Plan,
  arm: ArmPlan,
  options: {
    readonly start: Start
    readonly clients: Clients
    readonly neighbours: RunningNeighbours
    readonly origin: string
    readonly token: string
    readonly hostKey: string
    readonly logs: string
    readonly evidence: string
    readonly repositories: string
  },
): Promise<StartedArm> {
  const evidenceFile = (replica: string) => join(options.evidence, `${arm.name}.${replica}.ndjson`)
  const removalFile = (who: string) => join(options.evidence, `${arm.name}.${who}.removals.ndjson`)
  const keepers = keepersOf(plan, arm)
  const keeperOf = (replica: string) => keepers.find((keeper) => keeper === replica) ?? null
  await mkdir(options.repositories, { recursive: true })
  const services = await settled(
    arm.replicas.map((replica) =>
      options.start({
        name: `${arm.name}/${replica}`,
        main: fileURLToPath(import.meta.resolve('@keyrace/builder/main')),
        args: [
          '--listen=127.0.0.1:0',
          `--replica=${replica}`,
          `--controller=${options.origin}`,
          `--host-key=${options.hostKey}`,
          `--repositories=${folderOf(options.repositories, keeperOf(replica))}`,
          ...(keeperOf(replica) === null ? [] : ['--own-repositories']),
          `--lock=${plan.lock}`,
          ...quirkArgs('builder', plan),
          `--strategy=${arm.strategy}`,
          ...options.neighbours.flagsFor(needsOf(arm.strategy)),
          ...Object.entries(arm.knobs).map(([knob, value]) => `--set=${knob}=${value}`),
          `--commit-check=${plan.commitCheck}`,
          `--evidence=${evidenceFile(replica)}`,
          `--removal-evidence=${removalFile(replica)}`,
        ],
        env: { KEYRACE_BUILDER_TOKEN: options.token },
        logFile: join(options.logs, `${arm.name}.${replica}.log`),
      }),
    ),
  )
  const reapers = reapersOf(plan, keepers)
  await settled(
    reapers.map(({ name, remover, keeper }) =>
      startReaper(plan, arm, {
        ...{ ...options, name, remover },
        repositories: folderOf(options.repositories, keeper),
        evidence: removalFile(name),
      }),
    ),
  )
  const builders = services.map((service, index): RunningBuilder => {
    const name = arm.replicas[index] ?? ''
    const pause = () => pauseService(service)
    return { name, ...service.listening, evidenceFile: evidenceFile(name), pause }
  })
  const replicas = builders.map(
    ({ name, host, port }): Replica => ({
      name,
      connect: (key) => options.clients.connect({ host, port, key, timeoutMs: clientTimeoutMs }),
    }),
  )
  const removers = [...arm.replicas, ...reapers.map(({ name }) => name)]
  return {
    arm: { ...arm, replicas },
    builders,
    removalFiles: removers.map(removalFile),
  }
}

function startReaper(
  plan: Plan,
  arm: ArmPlan,
  options: {
    readonly name: string
    readonly remover: string
    readonly start: Start
    readonly neighbours: RunningNeighbours
    readonly origin: string
    readonly token: string
    readonly logs: string
    readonly repositories: string
    readonly evidence: string
  },
): Promise<Service<unknown>> {
  const { source, intervalMs, graceMs, budget } = plan.reaper as ReaperPlan
  const { name, remover } = options
  return options.start({
    name: `${arm.name}/${name}`,
    main: fileURLToPath(import.meta.resolve('@keyrace/reaper/main')),
    args: [
      `--name=${remover}`,
      `--controller=${options.origin}`,
      `--repositories=${options.repositories}`,
      `--source=${source}`,
      ...(source === 'kubernetes' ? options.neighbours.flagsFor(['kubernetes']) : []),
      `--interval=${intervalMs}ms`,
      `--grace=${graceMs}ms`,
      `--budget=${budget}`,
      `--evidence=${options.evidence}`,
      ...quirkArgs('reaper', plan),
    ],
    env: { KEYRACE_BUILDER_TOKEN: options.token },
    logFile: join(options.logs, `${arm.name}.${name}.log`),
  })
}
