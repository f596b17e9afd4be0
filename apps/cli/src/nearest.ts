import { closest, distance } from 'fastest-levenshtein'
import { UsageError } from './usage-error.ts'

/** Refuses a name that is not there, and names the one that was probably meant, if any is like it. */
export function unknown(kind: string, name: string, known: readonly string[]): UsageError {
  const nearest = closest(name, known)
  const isLike = distance(name, nearest) <= nearest.length / 2
  const said = `unknown ${kind} '${printable(name)}'`
  const there = known.join(', ')
  return new UsageError(
    isLike ? `${said}: did you mean '${nearest}'? (${there})` : `${said}: choose from ${there}`,
  )
}

/** An argument as it can be shown on one line of a terminal. */
export function printable(text: string): string {
  const line = text.replace(/\p{Cc}/gu, '?')
  return line.length > 80 ? `${line.slice(0, 79)}…` : line
}
