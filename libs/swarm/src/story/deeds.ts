import type { HistoryEvent, PlannedOperation } from '@keyrace/contracts'
import type { PlayedWorld } from '../play-world.ts'

/** A planned operation, and what came of it. Times are those of the history. */
export interface Deed {
  readonly planned: PlannedOperation
  readonly fromMs: number
  /** Undefined where nobody saw it end. */
  readonly end: HistoryEvent | undefined
  /** Of a push: its admission, or the refusal. */
  readonly admission: HistoryEvent | undefined
  /** `idx` of its rows. */
  readonly events: readonly number[]
}

/** In order of time. What never began, because something before it had failed, is not among them. */
export function deedsOf({ plan, history }: Pick<PlayedWorld, 'plan' | 'history'>): readonly Deed[] {
  const byOp = Map.groupBy(history, ({ op }) => op)
  return plan.operations
    .flatMap((planned) => {
      const rows = byOp.get(planned.id) ?? []
      const begin = rows.find(({ type, f }) => type === 'invoke' && f === planned.f)
      if (begin === undefined) return []
      const endOf = (f: HistoryEvent['f']) =>
        rows.find((row) => row.f === f && row.type !== 'invoke')
      return {
        planned,
        fromMs: begin.t,
        end: endOf(planned.f),
        admission: endOf('admission'),
        events: rows.map(({ idx }) => idx),
      }
    })
    .toSorted((a, b) => a.fromMs - b.fromMs)
}
