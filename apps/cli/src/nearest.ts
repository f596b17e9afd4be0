import { closest } from 'fastest-levenshtein'
import { UsageError } from './usage-error.ts'

/** Refuses a name that is not there, and names the one that was probably meant. */
export function unknown(kind: string, name: string, known: readonly string[]): UsageError {
  const nearest = closest(name, known)
  return new UsageError(
    `unknown ${kind} '${printable(name)}': did you mean '${nearest}'? (${known.join(', ')})`,
  )
}

/** An argument as it can be shown on one line of a terminal. */
export function printable(text: string): string {
  const line = text.replace(/\p{Cc}/gu, '?')
  return line.length > 80 ? `${line.slice(0, 79)}…` : line
}
