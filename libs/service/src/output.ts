import { type Logger, pino } from 'pino'

/** Standard output is for programs: one line of JSON an event. */
export function announce(event: {
  readonly event: string
  readonly [fact: string]: unknown
}): void {
  process.stdout.write(`${JSON.stringify(event)}\n`)
}

/** On standard error, each line written before the call returns: a crash loses none. */
export function createLog(level: string): Logger {
  return pino({ level }, pino.destination({ dest: 2, sync: true }))
}
