import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Plan, PushEvidence } from '@keyrace/contracts'
import { createRandom } from '@keyrace/environment'
import { createHttpTransport, realClock, realIds } from '@keyrace/environment/real'
import { connectSsh, createHostKey } from '@keyrace/load'
import { repositoryName } from '@keyrace/push'
import { type ArmPlan, armsOf } from '../arms.ts'
import { createControllerAccess } from '../controller-access.ts'
import { startEmbeddedPostgres } from '../embedded-postgres.ts'
import type { Arm, Replica, World } from '../world.ts'
import { readRefs } from './ref-reader.ts'
import { type Service, startService } from './service.ts'

export interface RealWorldOptions {
  /** Where logs go, and repositories when they are kept. */
  readonly folder: string
  readonly keepRepositories: boolean
}

const clientTimeoutMs = 30_000

/**
 * Separate processes on the loopback interface: Postgres, one controller, and for each arm its own
 * builders with their own token and repositories. All of it ends when `use` does.
 */
export async function inRealWorld<T>(
  plan: Plan,
  { folder, keepRepositories }: RealWorldOptions,
  use: (world: World) => Promise<T>,
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
  const operatorToken = realIds.next('operator')
  const controller = await startController(plan, {
    database: postgres.url,
    tokens,
    operatorToken,
    logs,
  })
  cleanup.defer(() => controller.stop())
  const origin = controller.listening.url

  const hostKey = join(temporary, 'host-key')
  await writeFile(hostKey, createHostKey(`host key ${plan.seed}`), { mode: 0o600 })
  const started = await Promise.all(
    arms.map((arm) =>
      startArm(plan, arm, {
        origin,
        token: tokens.get(arm.name) ?? '',
        hostKey,
        logs,
        evidence: temporary,
        repositories: join(repositories, arm.name),
      }),
    ),
  )
  cleanup.defer(async () => {
    await Promise.all(started.flatMap(({ services }) => services.map((service) => service.stop())))
  })

  const transport = createHttpTransport({ origin, connections: 64 })
  cleanup.defer(() => transport.close())
  return await use({
    mode: 'real',
    clock: realClock,
    random: createRandom(plan.seed),
    arms: started.map(({ arm }) => arm),
    ...createControllerAccess({ transport, operatorToken }),
    evidence: ({ name }) => readEvidence(started.find(({ arm }) => arm.name === name)),
    readRefs: ({ name }, app) => readRefs(join(repositories, name, repositoryName(app))),
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
      `--service-time=${plan.serviceTimeMs}ms`,
    ],
    env: {
      KEYRACE_OPERATOR_TOKEN: options.operatorToken,
      KEYRACE_BUILDER_TOKENS: [...options.tokens].map((pair) => pair.join('=')).join(','),
    },
    logFile: join(options.logs, 'controller.log'),
  })
}

interface StartedArm {
  readonly arm: Arm
  readonly services: readonly Service<BuilderAddress>[]
  readonly evidenceFiles: readonly string[]
}

interface BuilderAddress {
  readonly host: string
  readonly port: number
}

async function startArm(
  plan: Plan,
  arm: ArmPlan,
  options: {
    readonly origin: string
    readonly token: string
    readonly hostKey: string
    readonly logs: string
    readonly evidence: string
    readonly repositories: string
  },
): Promise<StartedArm> {
  const evidenceFile = (replica: string) => join(options.evidence, `${arm.name}.${replica}.ndjson`)
  await mkdir(options.repositories, { recursive: true })
  const services = await Promise.all(
    arm.replicas.map((replica) =>
      startService<BuilderAddress>({
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
        ],
        env: { KEYRACE_BUILDER_TOKEN: options.token },
        logFile: join(options.logs, `${arm.name}.${replica}.log`),
      }),
    ),
  )
  const replicas = services.map(({ listening }, index): Replica => {
    const { host, port } = listening
    return {
      name: arm.replicas[index] ?? '',
      connect: (key) =>
        connectSsh({ host, port, key, clock: realClock, timeoutMs: clientTimeoutMs }),
    }
  })
  return {
    arm: { ...arm, replicas },
    services,
    evidenceFiles: arm.replicas.map(evidenceFile),
  }
}

async function readEvidence(started: StartedArm | undefined): Promise<readonly PushEvidence[]> {
  const texts = await Promise.all(
    (started?.evidenceFiles ?? []).map((file) => readFile(file, 'utf8')),
  )
  // A builder that was killed may have left its last line half written: it is no evidence.
  return texts.flatMap((text) =>
    text
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line)),
  )
}
