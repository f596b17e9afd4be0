// By import, because a simulation takes the global one away from what runs within its steps.
import { setImmediate } from 'node:timers'
import type { Progress } from '@keyrace/scenarios'
import { createBlock } from './block.ts'
import { createLines } from './lines.ts'
import type { ViewDeps } from './view.ts'

/**
 * A block that updates itself on a terminal, and plain lines elsewhere. Events are shown a turn later:
 * a simulation tells them from within a step, where real time is out of reach.
 */
export function createProgress({ live, ...deps }: ViewDeps & { readonly live: boolean }): {
  readonly show: Progress
  end(): Promise<void>
} {
  const view = live ? createBlock(deps) : createLines(deps)
  return {
    show: (event) => void setImmediate(() => view.show(event)),
    async end() {
      await new Promise<void>((resolve) => setImmediate(resolve))
      view.end()
    },
  }
}
