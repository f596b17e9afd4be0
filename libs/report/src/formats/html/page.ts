import type { RunRecord } from '../../record.ts'
import { isBroken, tellingWitnesses } from '../../telling-witnesses.ts'
import { headline } from '../../verdict.ts'
import { markup } from '../markup.ts'
import { armsTable } from './arms-table.ts'
import { circumstances } from './circumstances.ts'
import { comparisons } from './comparisons.ts'
import { curves } from './curves.ts'
import { htmlDocument } from './document.ts'
import { heatMap } from './heat-map.ts'
import { stalenessBars } from './staleness-bars.ts'
import type { Mark } from './timeline/data.ts'
import { timeline } from './timeline/timeline.ts'
import { tradeOff } from './trade-off.ts'
import { verdict } from './verdict.ts'
import { waterfall } from './waterfall.ts'
import { witnesses } from './witnesses.ts'

/** A run as one page. */
export function htmlReport(record: RunRecord): string {
  const { run, history } = record
  const title = `${headline(run).word} · ${run.scenario} · seed ${run.seed} · keyrace`
  return htmlDocument(
    title,
    markup`${verdict(run)}
${tradeOff(record)}
${comparisons(run)}
${stalenessBars(run)}
${armsTable(run)}
${waterfall(run)}
${heatMap(record)}
${curves(run)}
${witnesses(record)}
${timeline(history, marksOf(record))}
${circumstances(run)}`,
  )
}

function marksOf({ run }: RunRecord): Mark[] {
  return run.arms.flatMap((arm) =>
    tellingWitnesses(arm).map((witness) => ({
      events: witness.events,
      title: `${arm.name}, ${witness.invariant}`,
      story: witness.story,
      isBroken: isBroken(arm, witness),
    })),
  )
}
