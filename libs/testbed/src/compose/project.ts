import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { open, readFile, writeFile } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import { createInterface } from 'node:readline'
import { promisify } from 'node:util'
import { SetupError } from '../setup-error.ts'
import type { ComposeFile } from './compose-file.ts'
import { type Compose, lastWords, root } from './images.ts'

/** Containers that belong together, and end together. */
export interface Project {
  /** The address of a service's only container. */
  host(service: string): string
  /**
   * Writes down what the containers said, and removes them with their network and volumes. Rejects with a
   * SetupError where that failed.
   */
  stop(): Promise<void>
}

export interface ProjectOptions {
  /** Removed in the end, even if this process is killed. */
  readonly folder: string
  readonly logs: string
  readonly file: ComposeFile
  /** The variables of docker-compose.yml. */
  readonly environment: Readonly<Record<string, string>>
}

const startTimeoutMs = 180_000
const stopTimeoutMs = 90_000
const questionTimeoutMs = 10_000

/**
 * Starts the services of `file` and no others. They end with this process, even when that is killed.
 * Rejects with a SetupError.
 */
export async function startProject(compose: Compose, options: ProjectOptions): Promise<Project> {
  const name = `keyrace-${randomBytes(4).toString('hex')}`
  const logFile = join(options.logs, 'compose.log')
  await using cleanup = new AsyncDisposableStack()
  const life = await begin(compose, name, logFile, options)
  cleanup.defer(() => end(life))
  const kernel = await untilStarted(life, logFile)
  if (kernel !== (await ourKernel())) throw foreignKernel()
  const hosts = await addresses(name)
  const running = cleanup.move()
  return {
    host: (service) => hosts.get(service) ?? fail(`${service} does not run: see ${options.logs}`),
    async stop() {
      await running.disposeAsync()
      if (life.exitCode !== 0) throw notRemoved(name, logFile)
    },
  }
}

// One shell does all of it in order, so that nothing is started any more when the removal begins. Its input
// is a pipe that only we hold: it ends when we say so, and when we are gone. A signal to its group ends
// what it waits for, and not the shell; nor does it end because nobody is left to be told of the start.
const lifetime = `
trap : TERM PIPE
compose() { "$@" </dev/null >&2; }
if compose "$@" up --detach --no-deps postgres &&
  "$@" exec -T postgres sh -c "$AWAIT_POSTGRES" </dev/null &&
  compose "$@" up --detach --no-deps $SERVICES
then echo started; else echo failed; fi
read -r _
"$@" logs --no-color </dev/null >"$LOG_FILE"
unset COMPOSE_FILE
compose "$@" down --volumes --remove-orphans --timeout 10
ended=$?
rm -rf "$0"
exit $ended
`

const awaitPostgres = `
for _ in $(seq 300); do
  pg_isready --quiet --host=127.0.0.1 --username=postgres && exec cat /proc/sys/kernel/random/boot_id
  sleep 0.1
done
exit 1
`

async function begin(
  compose: Compose,
  name: string,
  logFile: string,
  { folder, logs, file, environment }: ProjectOptions,
): Promise<ChildProcess> {
  const override = join(folder, 'docker-compose.json')
  await writeFile(override, JSON.stringify(file))
  const services = Object.keys(file.services).filter((service) => service !== 'postgres')
  const log = await open(logFile, 'a')
  try {
    return spawn('/bin/sh', ['-c', lifetime, folder, ...compose, '--project-name', name], {
      cwd: root,
      env: {
        ...process.env,
        ...environment,
        COMPOSE_FILE: ['docker-compose.yml', override].join(delimiter),
        AWAIT_POSTGRES: awaitPostgres,
        SERVICES: services.join(' '),
        LOG_FILE: join(logs, 'containers.log'),
      },
      stdio: ['pipe', 'pipe', log.fd],
      // A group of its own: Ctrl-C is for us, and a report is made while the system still stands.
      detached: true,
    })
  } finally {
    await log.close()
  }
}

/** What names the boot of the kernel on which the containers run. */
async function untilStarted({ stdout }: ChildProcess, logFile: string): Promise<string> {
  if (stdout === null) throw new Error('the shell has no standard output')
  const said: string[] = []
  const lines = createInterface({ input: stdout, signal: AbortSignal.timeout(startTimeoutMs) })
  for await (const line of lines) {
    if (line === 'started') return said.at(-1) ?? ''
    if (line === 'failed') break
    said.push(line)
  }
  throw new SetupError(
    'start-failed',
    `the containers did not start (${await lastWords(logFile)}): see ${logFile}`,
  )
}

function ourKernel(): Promise<string | undefined> {
  return readFile('/proc/sys/kernel/random/boot_id', 'utf8').then(
    (text) => text.trim(),
    () => undefined,
  )
}

function foreignKernel(): SetupError {
  return new SetupError(
    'foreign-kernel',
    'the containers run on another kernel with a clock of its own, so pushes cannot be timed: run keyrace where the engine runs, or take --target local',
  )
}

async function addresses(project: string): Promise<ReadonlyMap<string, string>> {
  const mine = `--filter=label=com.docker.compose.project=${project}`
  const ids = (await docker('ps', '--quiet', mine)).split('\n').filter(Boolean)
  const lines = await docker('inspect', `--format=${serviceAndAddress}`, ...ids)
  return new Map(
    lines
      .trim()
      .split('\n')
      .map((line) => line.split(' ') as [string, string]),
  )
}

const serviceAndAddress =
  '{{index .Config.Labels "com.docker.compose.service"}} {{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}'

async function docker(...args: string[]): Promise<string> {
  const { stdout } = await promisify(execFile)('docker', args, { timeout: questionTimeoutMs })
  return stdout
}

function fail(message: string): never {
  throw new SetupError('start-failed', message)
}

async function end(life: ChildProcess): Promise<void> {
  if (life.exitCode !== null || life.signalCode !== null || life.pid === undefined) return
  const ended = once(life, 'exit', { signal: AbortSignal.timeout(stopTimeoutMs) })
  life.stdin?.end()
  process.kill(-life.pid, 'SIGTERM')
  // Later than that it removes them on its own.
  await ended.catch(() => life.unref())
}

function notRemoved(name: string, logFile: string): SetupError {
  return new SetupError(
    'stop-failed',
    `containers may be left (see ${logFile}): docker compose --project-name ${name} down --volumes`,
  )
}
