import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { SetupError } from '@keyrace/testbed'
import { PushFailed } from './clients/client.ts'

/** What a bench stands on while it runs. */
export interface Frame {
  /** Removed at the end. */
  readonly folder: string
  readonly logs: string
  readonly cleanup: AsyncDisposableStack
  readonly signal: AbortSignal
  tell(line: string): void
}

export interface Framed<Report> {
  readonly name: string
  /** Why nothing measured here would mean anything, with the fix; undefined where it would. */
  unfit(): string | undefined
  /** Starts what is measured; what has to be ended goes to `frame.cleanup`. */
  create(frame: Frame): Promise<Report>
  text(report: Report): string
  /** Whether the bench fails by what it measured. */
  isMissed(report: Report): boolean
}

export interface FrameOptions {
  readonly json: boolean
  /** Where the report and logs go. */
  readonly out: string
}

const exitCode = { ok: 0, goalMissed: 3, invalid: 5, interrupted: 130, terminated: 143 }

/** Answers the exit code. Progress goes to standard error, the report to standard output and to a folder. */
export async function runFramed<Report>(
  bench: Framed<Report>,
  { json, out }: FrameOptions,
): Promise<number> {
  const tell = (line: string) => void process.stderr.write(`bench:${bench.name}: ${line}\n`)
  const reason = bench.unfit()
  if (reason !== undefined) {
    tell(reason)
    return exitCode.invalid
  }
  const stopping = new AbortController()
  process.once('SIGINT', () => stopping.abort(exitCode.interrupted))
  process.once('SIGTERM', () => stopping.abort(exitCode.terminated))
  try {
    const report = await createReport(bench, { out, signal: stopping.signal, tell })
    await writeFile(join(out, 'report.json'), `${JSON.stringify(report, null, 2)}\n`)
    process.stdout.write(json ? `${JSON.stringify(report)}\n` : bench.text(report))
    return bench.isMissed(report) ? exitCode.goalMissed : exitCode.ok
  } catch (error) {
    if (stopping.signal.aborted) return stopping.signal.reason
    if (!(error instanceof SetupError || error instanceof PushFailed)) throw error
    tell(`${error.message}; logs are in ${relative('', join(out, 'logs'))}`)
    return exitCode.invalid
  }
}

/** Everything that was started for it has ended when it is there. */
async function createReport<Report>(
  bench: Framed<Report>,
  { out, ...rest }: Pick<Frame, 'signal' | 'tell'> & { readonly out: string },
): Promise<Report> {
  await using cleanup = new AsyncDisposableStack()
  const folder = await mkdtemp(join(tmpdir(), 'keyrace-bench-'))
  cleanup.defer(() => rm(folder, { recursive: true, force: true }))
  const logs = join(out, 'logs')
  // What was there before of ours, and nothing else: somebody may have named a folder with more in it.
  for (const name of ['report.json', 'logs', 'profiles']) {
    await rm(join(out, name), { recursive: true, force: true })
  }
  await mkdir(logs, { recursive: true })
  return await bench.create({ folder, logs, cleanup, ...rest })
}
