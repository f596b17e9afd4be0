import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { open, readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { SetupError } from '../setup-error.ts'

/** Where docker-compose.yml is. */
export const root = fileURLToPath(new URL('../../../..', import.meta.url))

/** The command and its first arguments. */
export type Compose = readonly [string, ...string[]]

/** Of docker-compose.yml: one for each image. */
const services = ['controller', 'builder-1', 'reaper']
const questionTimeoutMs = 10_000
const buildTimeoutMs = 900_000

/**
 * Brings the images up to date, which takes seconds where only sources have
 * changed, and answers the Compose that did it. Rejects with a SetupError.
 */
export async function buildImages(logFile: string): Promise<Compose> {
  const compose = await findCompose()
  const log = await open(logFile, 'a')
  const [command, ...args] = compose
  const build = spawn(command, [...args, 'build', '--force-rm', ...services], {
    cwd: root,
    stdio: ['ignore', log.fd, log.fd],
    // Node's own timeout would go on, and keep this process, where Compose cannot even be started.
    signal: AbortSignal.timeout(buildTimeoutMs),
    detached: true,
  })
  const [exitCode] = await once(build, 'exit')
    .catch((error: Error) => [error.message])
    .finally(() => log.close())
  if (exitCode === 0) return compose
  throw new SetupError(
    'build-failed',
    `the images cannot be built (${await lastWords(logFile)}); where no image registry is reached: eval "$(tools/container-bases.sh)"; see ${logFile}`,
  )
}

/** Docker's own plugin, else the command that was there before. Rejects with a SetupError. */
export async function findCompose(): Promise<Compose> {
  if (!(await succeeds('docker', 'version'))) {
    throw new SetupError(
      'no-engine',
      'no container engine answers: install Docker and start it, or take --target local',
    )
  }
  if (await succeeds('docker', 'compose', 'version')) return ['docker', 'compose']
  if (await succeeds('docker-compose', 'version')) return ['docker-compose']
  throw new SetupError(
    'no-compose',
    'there is no Docker Compose: install the plugin docker compose or the command docker-compose, or take --target local',
  )
}

function succeeds(command: string, ...args: string[]): Promise<boolean> {
  return promisify(execFile)(command, args, { timeout: questionTimeoutMs }).then(
    () => true,
    () => false,
  )
}

/** For a message: what a log ends with. */
export async function lastWords(file: string): Promise<string> {
  const lines = (await readFile(file, 'utf8')).trimEnd().split('\n')
  return lines.slice(-2).join('; ') || 'it said nothing'
}
