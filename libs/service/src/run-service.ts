import { CannotStart } from './cannot-start.ts'
import type { ServiceOptions } from './flags.ts'

export interface Service<Options extends ServiceOptions> {
  /** Stands before what it says when it cannot start. */
  readonly name: string
  /** Who takes longer to stop is stuck. */
  readonly longestCloseMs: number
  readonly options: Options
  /** Answers how to stop what it started. */
  start(options: Options): Promise<() => Promise<void>>
}

const exitCode = { stopped: 0, cannotStart: 5, stuck: 5 }

/**
 * The life of a process: starts, waits for the order to stop, stops and exits. An order that comes during the
 * start waits for its end. CannotStart becomes one line on standard error; any other error crashes.
 */
export async function runService<Options extends ServiceOptions>({
  name,
  longestCloseMs,
  options,
  start,
}: Service<Options>): Promise<never> {
  const stopOrdered = stopOrder(options)
  const stop = await start(options).catch((error: unknown) => {
    if (!(error instanceof CannotStart)) throw error
    process.stderr.write(`${name}: ${error.message}\n`)
    process.exit(exitCode.cannotStart)
  })
  await stopOrdered
  setTimeout(() => process.exit(exitCode.stuck), longestCloseMs)
  await stop()
  process.exit(exitCode.stopped)
}

/** Resolves at a signal, or when the process that started us is gone. */
function stopOrder({ exitWithParent }: ServiceOptions): Promise<void> {
  return new Promise((resolve) => {
    process.once('SIGTERM', () => resolve())
    process.once('SIGINT', () => resolve())
    if (exitWithParent) process.stdin.once('close', resolve).resume()
  })
}
