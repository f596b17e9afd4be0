import { openSync, writeSync } from 'node:fs'
import type { Trace } from '../trace.ts'

/**
 * Appends one JSON line per event, at once: what happened before a process was killed is there. Throws the
 * system's error where the file cannot be opened. Without a file, nobody observes.
 */
export function openTraceFile<Event>(path: string | undefined): Trace<Event> {
  if (path === undefined) return { emit() {} }
  const file = openSync(path, 'a')
  return {
    emit: (event) => void writeSync(file, `${JSON.stringify(event)}\n`),
  }
}
