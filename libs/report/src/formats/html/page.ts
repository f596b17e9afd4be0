import type { RunRecord } from '../../record.ts'
import { headline } from '../../verdict.ts'
import { markup } from '../markup.ts'
import { armsTable } from './arms-table.ts'
import { circumstances } from './circumstances.ts'
import { comparisons } from './comparisons.ts'
import { curves } from './curves.ts'
import { heatMap } from './heat-map.ts'
import { stalenessBars } from './staleness-bars.ts'
import { style } from './style.ts'
import { tradeOff } from './trade-off.ts'
import { verdict } from './verdict.ts'
import { waterfall } from './waterfall.ts'
import { witnesses } from './witnesses.ts'

/** A run as one file that opens from a disk: no script, no font, no request. */
export function htmlReport(record: RunRecord): string {
  const { run } = record
  const title = `${headline(run).word} · ${run.scenario} · seed ${run.seed} · keyrace`
  return markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
${style}
</head>
<body>
<main>
${verdict(run)}
${tradeOff(record)}
${comparisons(run)}
${stalenessBars(run)}
${armsTable(run)}
${waterfall(run)}
${heatMap(record)}
${curves(run)}
${witnesses(record)}
${circumstances(run)}
</main>
</body>
</html>
`.toString()
}
