import type { Clock } from '@keyrace/environment'
import type { ProgressEvent } from '@keyrace/scenarios'
import type { Output } from '../deps.ts'

export interface ViewDeps {
  readonly output: Output
  readonly clock: Clock
}

/** One way to show how a run goes. */
export interface View {
  show(event: ProgressEvent): void
  /** Draws what is left to draw. Nothing is written afterwards. */
  end(): void
}
