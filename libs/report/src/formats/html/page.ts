import type { Run } from '@keyrace/contracts'
import { headline } from '../../verdict.ts'
import { armsTable } from './arms-table.ts'
import { circumstances } from './circumstances.ts'
import { html } from './markup.ts'
import { phasesTable } from './phases-table.ts'
import { stalenessBars } from './staleness-bars.ts'
import { style } from './style.ts'
import { verdict } from './verdict.ts'
import { witnesses } from './witnesses.ts'

/** A run as one file that opens from a disk: no script, no font, no request. */
export function htmlReport(run: Run): string {
  const title = `${headline(run).word} · ${run.scenario} · seed ${run.seed} · keyrace`
  return html`<!doctype html>
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
${stalenessBars(run)}
${armsTable(run)}
${phasesTable(run)}
${witnesses(run)}
${circumstances(run)}
</main>
</body>
</html>
`.toString()
}
