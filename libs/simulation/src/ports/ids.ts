import type { Ids } from '@keyrace/environment'
import type { Kernel } from '../kernel.ts'

/**
 * Named by when they were asked for: `push-2s-1` is the first in its microsecond. So leaving something out of the
 * world does not rename what is left.
 */
export function createIds(kernel: Kernel): Ids {
  const taken = new Map<string, number>()
  let last = 0
  return {
    next(prefix) {
      const now = Math.round(kernel.now() * 1000)
      if (now !== last) taken.clear()
      last = now
      const nth = (taken.get(prefix) ?? 0) + 1
      taken.set(prefix, nth)
      return `${prefix}-${now.toString(36)}-${nth}`
    },
  }
}
