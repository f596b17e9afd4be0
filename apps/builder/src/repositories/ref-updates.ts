import type { RefUpdate } from '@keyrace/contracts'

/** Reads what git gives to a pre-receive hook: `<old> <new> <ref>`, one a line. */
export function parseUpdates(lines: readonly string[]): readonly RefUpdate[] {
  return lines.map((line) => {
    const [old = '', next = '', ...ref] = line.split(' ')
    return { old, new: next, ref: ref.join(' ') }
  })
}
