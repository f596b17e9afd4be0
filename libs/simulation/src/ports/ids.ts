import type { Ids } from '@keyrace/environment'

/** `push-1`, `push-2` …, counted per prefix. */
export function createIds(): Ids {
  const last = new Map<string, number>()
  return {
    next(prefix) {
      const number = (last.get(prefix) ?? 0) + 1
      last.set(prefix, number)
      return `${prefix}-${number}`
    },
  }
}
