import { styleText } from 'node:util'
import type { Diagnosis } from './check.ts'

const marks = {
  ok: ['✓', 'green'],
  warning: ['!', 'yellow'],
  failure: ['✗', 'red'],
  optional: ['○', 'dim'],
} as const

export function markOf({ status }: Pick<Diagnosis, 'status'>): string {
  return marks[status][0]
}

/** A text in which marks stand before what they are about, with the marks in their colours. */
export function withColoredMarks(text: string): string {
  return Object.values(marks).reduce(
    (colored, [mark, color]) =>
      colored.replaceAll(`${mark} `, `${styleText(color, mark, { validateStream: false })} `),
    text,
  )
}
