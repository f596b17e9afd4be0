import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { exitCodes, type Plan } from '@keyrace/contracts'
import { sleep } from '@keyrace/environment'
import { createFixture } from '@keyrace/load'
import type { RealWorld } from '@keyrace/testbed'
import type { Deps } from '../deps.ts'
import { requireFitness } from '../doctor/examine.ts'
import { prepareFolder } from '../folder.ts'
import { listenForInterruption } from '../interruption.ts'
import { followFiles } from './follow.ts'
import { createPerson, importOf, type Person } from './person.ts'
import { pushLine } from './push-line.ts'
import { writeSshConfig } from './ssh-folder.ts'
import { stepsText } from './steps.ts'

export interface UpOptions {
  /** Where logs go, and repositories that are kept. */
  readonly folder: string
  readonly keepRepositories: boolean
  /** The path of a public key; one is made otherwise. */
  readonly key: string | undefined
}

/** Starts the system, says how to push to it, and keeps it until a signal comes: that is its regular end. */
export async function keepUp(deps: Deps, plan: Plan, options: UpOptions): Promise<number> {
  const { stderr } = deps.process
  await using cleanup = new AsyncDisposableStack()
  const temporary = await mkdtemp(join(tmpdir(), 'keyrace-up-'))
  cleanup.defer(() => rm(temporary, { recursive: true, force: true }))
  const person = await createPerson(temporary, options.key)
  await prepareFolder(options.folder)
  await requireFitness(deps.checks, (line) => stderr.write(`${line}\n`))
  const { signal, stop } = listenForInterruption(deps.process, deps.clock)
  cleanup.defer(stop)
  stderr.write('starting the system\n')
  const use = async (world: RealWorld) => {
    if (signal.aborted) return
    stderr.write(`loading ${plan.users} users × ${plan.keysPerUser} keys\n`)
    await world.load(withPerson(plan, person))
    // A copy may not have heard of the person yet: its own claim says how long that may take.
    await sleep(deps.clock, longestGrantMs(world), signal)
    await serve(deps, { world, person, folder: temporary, signal })
  }
  await deps.inRealWorld(plan, options, use).catch((error) => {
    // What fails after the signal most likely fails because of it.
    if (!signal.aborted) throw error
  })
  stderr.write('everything has ended\n')
  return exitCodes.pass
}

function* withPerson(plan: Plan, person: Person) {
  yield* createFixture(plan).lines()
  yield* importOf(person)
}

function longestGrantMs({ arms }: RealWorld): number {
  const bounds = arms.flatMap(({ claim }) => Object.values(claim.grant))
  return Math.max(0, ...bounds.map(({ ms }) => ms ?? 0))
}

interface Service {
  readonly world: RealWorld
  readonly person: Person
  readonly folder: string
  readonly signal: AbortSignal
}

async function serve(
  { process: { stdout }, clock }: Deps,
  { world, person, folder, signal }: Service,
): Promise<void> {
  const builders = world.arms.flatMap((arm) => world.builders(arm))
  const { hostKey, controllerUrl } = world
  const { identityFile } = person
  const sshConfig = await writeSshConfig(folder, { hostKey, builders, identityFile })
  stdout.write(`${stepsText({ person, builders, controllerUrl, sshConfig })}\n`)
  await followFiles(
    builders.map(({ evidenceFile }) => evidenceFile),
    (line) => stdout.write(`  ${pushLine(JSON.parse(line))}\n`),
    { clock, signal },
  )
}
