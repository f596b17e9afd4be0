import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Plan, ReaperPlan } from '@keyrace/contracts'
import { createRandom } from '@keyrace/environment'
import { createHttpTransport, realClock, realIds } from '@keyrace/environment/real'
import { type Clients, createClients, createHostKey, publicHostKey } from '@keyrace/load'
import { repositoryName } from '@keyrace/push'
import { type ArmPlan, armsOf, reaperName } from '../arms.ts'
import { createControllerAccess } from '../controller-access.ts'
import { startEmbeddedPostgres } from '../embedded-postgres.ts'
import type { Arm, Replica, World } from '../world.ts'
import { readEvidence } from './evidence-files.ts'
import { createLookupMeter } from './lookup-meter.ts'
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
  const arms = armsOf(plan)
  const tokens = new Map(arms.map(({ name }) => [name, realIds.next('builder')]))
  const lookupToken = realIds.next('builder')
  const operatorToken = realIds.next('operator')
  const controller = await startController(plan, {
    database: postgres.url,
    tokens: new Map([...tokens, ['lookups', lookupToken]]),
    operatorToken,
    logs,
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
        origin,
        token: tokens.get(arm.name) ?? '',
        hostKey,
        logs,
        evidence: temporary,
        repositories: join(repositories, arm.name),
      }),
    ),
  )

  const transport = createHttpTransport({ origin, connections: 64 })
  cleanup.defer(() => transport.close())
  const buildersOf = (arm: string) => started.find((one) => one.arm.name === arm)?.builders ?? []
  return await use({
    mode: 'real',
    clock: realClock,
    random: createRandom(plan.seed),
    arms: started.map(({ arm }) => arm).filter(({ isControl }) => !isControl),
    control: started.map(({ arm }) => arm).find(({ isControl }) => isControl),
    ...createControllerAccess({ transport, operatorToken }),
    evidence: ({ name }) => readEvidence(buildersOf(name).map(({ evidenceFile }) => evidenceFile)),
    readRefs: ({ name }, app) => readRefs(join(repositories, name, repositoryName(app))),
    removals: ({ name }) => {
      return readEvidence(started.find(({ arm }) => arm.name === name)?.removalFiles ?? [])
    },
    repositories: ({ name }) => listRepositories(join(repositories, name)),
    measureLookup: createLookupMeter({ origin, transport, token: lookupToken }),
    controllerUrl: origin,
    hostKey: publicHostKey(hostKeyText),
    builders: ({ name }) => buildersOf(name),
  })
}

function startController(
  plan: Plan,
  options: {
    readonly database: string
    readonly tokens: ReadonlyMap<string, string>
    readonly operatorToken: string
    readonly logs: string
  },
): Promise<Service<{ readonly url: string }>> {
  return startService({
    name: 'controller',
    main: fileURLToPath(import.meta.resolve('@keyrace/controller/main')),
    args: [
      '--listen=127.0.0.1:0',
      `--database=${options.database}`,
      `--service-time=${plan.serviceTimesMs[0] ?? 0}ms`,
    ],
    env: {
      KEYRACE_OPERATOR_TOKEN: options.operatorToken,
      KEYRACE_BUILDER_TOKENS: [...options.tokens].map((pair) => pair.join('=')).join(','),
    },
    logFile: join(options.logs, 'controller.log'),
  })
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
          `--repositories=${options.repositories}`,
          `--strategy=${arm.strategy}`,
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
  if (plan.reaper !== null) {
    await startReaper(plan.reaper, arm, { ...options, evidence: removalFile(reaperName) })
  }
  const builders = services.map(({ listening: { host, port } }, index): RunningBuilder => {
    const name = arm.replicas[index] ?? ''
    return { name, host, port, evidenceFile: evidenceFile(name) }
  })
  const replicas = builders.map(
    ({ name, host, port }): Replica => ({
      name,
      connect: (key) => options.clients.connect({ host, port, key, timeoutMs: clientTimeoutMs }),
    }),
  )
  const removers = plan.reaper === null ? arm.replicas : [...arm.replicas, reaperName]
  return {
    arm: { ...arm, replicas },
    builders,
    removalFiles: removers.map(removalFile),
  }
}

function startReaper(
  { source, intervalMs, graceMs, budget }: ReaperPlan,
  arm: ArmPlan,
  options: {
    readonly start: Start
    readonly origin: string
    readonly token: string
    readonly logs: string
    readonly repositories: string
    readonly evidence: string
  },
): Promise<Service<unknown>> {
  return options.start({
    name: `${arm.name}/${reaperName}`,
    main: fileURLToPath(import.meta.resolve('@keyrace/reaper/main')),
    args: [
      `--name=${reaperName}`,
      `--controller=${options.origin}`,
      `--repositories=${options.repositories}`,
      `--source=${source}`,
      `--interval=${intervalMs}ms`,
      `--grace=${graceMs}ms`,
      `--budget=${budget}`,
      `--evidence=${options.evidence}`,
    ],
    env: { KEYRACE_BUILDER_TOKEN: options.token },
    logFile: join(options.logs, `${arm.name}.${reaperName}.log`),
  })
}
