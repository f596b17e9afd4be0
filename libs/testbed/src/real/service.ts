import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync, readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { SetupError } from '../setup-error.ts'

export interface ServiceOptions {
  /** For messages: `controller`, `poll/builder-1`. */
  readonly name: string
  /** The module to run. */
  readonly main: string
  readonly args: readonly string[]
  readonly env: Readonly<Record<string, string>>
  /** Where its log goes. */
  readonly logFile: string
  readonly startTimeoutMs?: number
  readonly stopTimeoutMs?: number
}

/** One of our apps as a process of its own. */
export interface Service<Listening> {
  readonly name: string
  readonly pid: number
  /** What it said when it began to listen. */
  readonly listening: Listening
  /** Resolves when the process has ended, however it did. */
  readonly ended: Promise<void>
  /** Asks it to drain and end; kills it when that takes too long. */
  stop(): Promise<void>
  signal(signal: NodeJS.Signals): void
}

/** Compiling the sources anew would cost each process a quarter of a second of the processor. */
const compileCache = fileURLToPath(
  new URL('../../../../node_modules/.cache/keyrace', import.meta.url),
)

/**
 * Starts an app and waits for the line of JSON in which it says where it listens. It ends with us: its
 * standard input is a pipe that closes when this process is gone, however that happened.
 */
export async function startService<Listening>({
  name,
  main,
  args,
  env,
  logFile,
  startTimeoutMs = 20_000,
  stopTimeoutMs = 15_000,
}: ServiceOptions): Promise<Service<Listening>> {
  const log = openSync(logFile, 'a')
  const child = spawn(process.execPath, [main, ...args, '--exit-with-parent'], {
    env: { PATH: process.env.PATH ?? '', NODE_COMPILE_CACHE: compileCache, ...env },
    stdio: ['pipe', 'pipe', log],
    // A group of its own: Ctrl-C is for us, and a report is made while the system still stands.
    detached: true,
  })
  closeSync(log)
  const ended = once(child, 'exit').then(() => {})
  const listening = await Promise.race([
    firstLine(child),
    ended.then(() => failure('start-failed', `${name} did not start: ${lastLine(logFile)}`)),
    delay(startTimeoutMs, undefined, { ref: false }).then(() =>
      failure('start-timeout', `${name} did not start in ${startTimeoutMs} ms: see ${logFile}`),
    ),
  ])
  if (listening instanceof SetupError) {
    child.kill('SIGKILL')
    throw listening
  }
  return {
    name,
    pid: child.pid ?? 0,
    listening: JSON.parse(listening) as Listening,
    ended,
    signal: (signal) => void child.kill(signal),
    async stop() {
      child.kill('SIGTERM')
      const killing = new AbortController()
      const late = delay(stopTimeoutMs, undefined, { signal: killing.signal }).then(
        () => child.kill('SIGKILL'),
        () => {},
      )
      await ended
      killing.abort()
      await late
    },
  }
}

async function firstLine(child: ChildProcess): Promise<string> {
  if (child.stdout === null) throw new Error('the service has no standard output')
  const [line] = await once(createInterface(child.stdout), 'line')
  return line as string
}

function failure(code: string, message: string): SetupError {
  return new SetupError(code, message)
}

function lastLine(file: string): string {
  return readFileSync(file, 'utf8').trimEnd().split('\n').at(-1) || 'it said nothing'
}
