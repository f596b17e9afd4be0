import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Plan } from '@keyrace/contracts'
import { createRandom } from '@keyrace/environment'
import { createHttpTransport, realClock, realIds } from '@keyrace/environment/real'
import { type Clients, createClients, type PushKey } from '@keyrace/load'
import { repositoryName } from '@keyrace/push'
import { type ArmPlan, armsOf, reaperName } from '../arms.ts'
import { createControllerAccess } from '../controller-access.ts'
import { readEvidence } from '../real/evidence-files.ts'
import { createLookupMeter } from '../real/lookup-meter.ts'
import type { RealWorldOptions } from '../real/real-world.ts'
import { readRefs } from '../real/ref-reader.ts'
import { listRepositories } from '../real/repository-lister.ts'
import type { Arm, World } from '../world.ts'
import { composeFile, serviceOf } from './compose-file.ts'
import { containerUser, evidenceFile, foldersUnder, prepare, removalFile } from './folders.ts'
import { buildImages } from './images.ts'
import { type Project, startProject } from './project.ts'
import { awaitController, awaitSsh } from './readiness.ts'

export interface ComposeWorldOptions extends RealWorldOptions {
  /** Told what is being done: the first build of the images takes a minute. */
  readonly onStep?: (step: string) => void
}

const clientTimeoutMs = 30_000

/**
 * The containers of docker-compose.yml under a project name of their own: its Postgres and its controller
 * and, in the place of its builders, those of each arm with their own token and repositories. All of it
 * ends when `use` does. They are reached at their own addresses: a published port has a proxy before it,
 * and a builder must see the address that its client sees for the two to speak of the same connection.
 *
 * Containers share the host's kernel and so its CLOCK_MONOTONIC: what a builder wrote down about a push and
 * what a client saw of it are on one time line. An engine that runs on another kernel is refused.
 */
export async function inComposeWorld<T>(
  plan: Plan,
  { folder, keepRepositories, onStep = () => {} }: ComposeWorldOptions,
  use: (world: World) => Promise<T>,
): Promise<T> {
  await using cleanup = new AsyncDisposableStack()
  const temporary = await mkdtemp(join(tmpdir(), 'keyrace-'))
  cleanup.defer(() => rm(temporary, { recursive: true, force: true }))
  const arms = armsOf(plan)
  const folders = foldersUnder({ temporary, kept: keepRepositories ? folder : temporary })
  const logs = join(folder, 'logs')
  await rm(logs, { recursive: true, force: true })
  await mkdir(logs, { recursive: true })
  await prepare(folders, arms, `host key ${plan.seed}`)

  onStep('building the images')
  const compose = await buildImages(join(logs, 'build.log'))
  onStep('starting the containers')
  const tokens = new Map(arms.map(({ name }) => [name, realIds.next('builder')]))
  const lookupToken = realIds.next('builder')
  const operatorToken = realIds.next('operator')
  const project = await startProject(compose, {
    folder: temporary,
    logs,
    file: composeFile(plan, arms, {
      folders,
      user: containerUser(),
      tokens,
      lookupToken,
    }),
    environment: {
      KEYRACE_OPERATOR_TOKEN: operatorToken,
      POSTGRES_PASSWORD: realIds.next('postgres'),
      KEYRACE_SERVICE_TIME: `${plan.serviceTimesMs[0] ?? 0}ms`,
      // Any that is free.
      KEYRACE_CONTROLLER_PORT: '',
    },
  })
  cleanup.defer(() => project.stop())

  const origin = `http://${project.host('controller')}:8000`
  const transport = createHttpTransport({ origin, connections: 64 })
  cleanup.defer(() => transport.close())
  const access = createControllerAccess({ transport, operatorToken })
  await awaitController(access.operator)
  const clients = createClients(plan)
  cleanup.defer(() => clients.close())
  const started = await Promise.all(arms.map((arm) => reach(project, arm, clients)))
  return await use({
    mode: 'real',
    patienceMs: clientTimeoutMs,
    clock: realClock,
    random: createRandom(plan.seed),
    arms: started.filter(({ isControl }) => !isControl),
    control: started.find(({ isControl }) => isControl),
    ...access,
    evidence: (arm) =>
      readEvidence(arm.replicas.map(({ name }) => evidenceFile(folders, arm, name))),
    readRefs: (arm, app) => readRefs(join(folders.repositories(arm), repositoryName(app))),
    removals: (arm) =>
      readEvidence(removersOf(plan, arm).map((name) => removalFile(folders, arm, name))),
    repositories: (arm) => listRepositories(folders.repositories(arm)),
    measureLookup: createLookupMeter({ origin, transport, token: lookupToken }),
  })
}

function removersOf({ reaper }: Plan, { replicas }: Arm): readonly string[] {
  const builders = replicas.map(({ name }) => name)
  return reaper === null ? builders : [...builders, reaperName]
}

async function reach(project: Project, arm: ArmPlan, clients: Clients): Promise<Arm> {
  const replicas = arm.replicas.map(async (name) => {
    const address = { host: project.host(serviceOf(arm, name)), port: 2222 }
    await awaitSsh(serviceOf(arm, name), address)
    const connect = (key: PushKey) =>
      clients.connect({ ...address, key, timeoutMs: clientTimeoutMs })
    return { name, connect }
  })
  return { ...arm, replicas: await Promise.all(replicas) }
}
