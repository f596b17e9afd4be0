import type { MutantsResult } from '@keyrace/contracts'
import { plainTable, plural, wrap } from '@keyrace/report'

/** What became of the planted bugs, for a person. */
export function mutantsSummary(result: MutantsResult, columns: number): string {
  const { mutants, harmless, reasons, confidence, verdict } = result
  const killed = mutants.filter((mutant) => mutant.killed).length
  const innocent = harmless.convicted ? 'was convicted' : 'was not convicted'
  const lines = [
    table(result),
    '',
    ...mutants.map(({ id, sentence }) => `${id}: ${sentence}.`),
    '',
    `${verdict.toUpperCase()}. ${killed} of ${plural(mutants.length, 'planted bug')} convicted by what has to; a change that breaks nothing ${innocent} in ${plural(harmless.seeds, 'world')}.`,
    confidence,
    ...reasons.map((reason) => `  ${reason}`),
  ]
  return `${lines.map((line) => (line.includes('\n') ? line : wrap(line, columns, 2))).join('\n')}\n`
}

const widestSource = 56

function table({ mutants }: MutantsResult): string {
  const rows = mutants.map(({ id, source, invariant, killed, seeds }) => {
    const short = source.length > widestSource ? `${source.slice(0, widestSource - 1)}…` : source
    return [id, short, killed ? invariant : 'SURVIVED', String(seeds)]
  })
  return plainTable(['bug', 'known from', 'killed by', 'seeds'], rows)
}
