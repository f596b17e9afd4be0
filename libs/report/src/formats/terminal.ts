import { styleText } from 'node:util'
import type { Run } from '@keyrace/contracts'
import { answerOf, isTold } from '../answer.ts'
import { type ArmFigure, armFigures } from '../arm-figures.ts'
import { isBroken, tellingWitnesses } from '../telling-witnesses.ts'
import {
  furtherReasons,
  type Headline,
  headline,
  replayCommand,
  turnsSentence,
} from '../verdict.ts'
import { wrap } from '../wrap.ts'
import { growthTables } from './growth-tables.ts'
import { kindRows, kindsHead } from './kind-rows.ts'
import { plainTable, widthOf } from './plain-table.ts'

export interface TerminalOptions {
  readonly columns: number
  readonly color: boolean
  /** The files that the run left behind. */
  readonly paths: readonly string[]
  /** Commands to try after this one. */
  readonly next?: readonly string[]
}

/** What `keyrace run` prints at its end: the verdict, the arms, where to read on, how to repeat it, and the answer. */
export function terminalReport(
  run: Run,
  { columns, color, paths, next = [] }: TerminalOptions,
): string {
  const untold = run.curves.filter((curve) => !isTold(curve))
  const sections = [
    verdictLines(headline(run), columns, color),
    furtherReasons(run).map((reason) => wrap(`- ${reason}`, columns, 2)),
    [colored(armsTable(run, columns), color)],
    [kindsTable(run, columns) ?? []].flat(),
    [turnsSentence(run) ?? []].flat().map((sentence) => wrap(sentence, columns)),
    run.arms.flatMap(remarks).map((remark) => wrap(remark, columns)),
    ...growthTables(untold, columns).map((table) => [table]),
    paths.map((path) => `  ${path}`),
    ['Run it again:', `  ${replayCommand(run)}`],
    next.length > 0 ? ['Then try:', ...next.map((command) => `  ${command}`)] : [],
    answerOf(run).map((sentence) => wrap(sentence, columns)),
  ]
  return `${sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`
}

const colors = { good: 'green', bad: 'red', doubtful: 'yellow' } as const
const verdictColors = { holds: colors.good, broken: colors.bad, vacuous: colors.doubtful } as const

function verdictLines({ word, tone, sentence }: Headline, columns: number, color: boolean) {
  const mark = color ? style(['bold', 'inverse', colors[tone]], ` ${word} `) : word
  const margin = color ? 2 : 0
  const [first = '', ...rest] = wrap(`${word} ${sentence}`, columns - margin).split('\n')
  return [first.replace(word, mark), ...rest]
}

/** The verdicts of the arms, once the table has its widths. */
function colored(table: string, color: boolean): string {
  if (!color) return table
  return table.replace(/ (holds|broken|vacuous) /g, (cell, verdict: keyof typeof verdictColors) =>
    style(verdictColors[verdict], cell),
  )
}

function style(format: Parameters<typeof styleText>[0], text: string): string {
  return styleText(format, text, { validateStream: false })
}

function armsTable(run: Run, columns: number): string {
  const all = armFigures(run)
  const expendable = all
    .filter((figure) => figure.givenUp !== undefined)
    .toSorted((a, b) => Number(a.givenUp) - Number(b.givenUp))
  let figures = all
  for (const figure of expendable) {
    if (widthOf(table(run, figures)) <= columns) break
    figures = figures.filter((kept) => kept !== figure)
  }
  return table(run, figures)
}

function table(run: Run, figures: readonly ArmFigure[]): string {
  return plainTable(
    ['strategy', ...figures.map((figure) => figure.short)],
    run.arms.map((arm) => [
      wrap(arm.name, Infinity),
      ...figures.map((figure) => figure.of(arm).replace(' (', '\n(')),
    ]),
    2,
  )
}

/** Where several kinds of mutation were raced, each beside its claim: that takes the room that is left. */
function kindsTable(run: Run, columns: number): string | undefined {
  const rows = kindRows(run)
  if (rows.length === 0) return undefined
  const longest = Math.max(...rows.map((row) => row.at(-1)?.length ?? 0))
  const excess = Math.max(0, widthOf(plainTable(kindsHead, rows, 2)) - columns)
  const fitting = rows.map((row) => row.with(-1, wrap(row.at(-1) ?? '', longest - excess)))
  return plainTable(kindsHead, fitting, 2)
}

function remarks(arm: Run['arms'][number]): string[] {
  return [
    ...(arm.skipped ? [`${arm.name} was skipped: ${arm.skipped.reason}`] : []),
    ...tellingWitnesses(arm).map((witness) => {
      const told = isBroken(arm, witness) ? `broke ${witness.invariant}` : 'at its worst'
      const why = witness.cause === undefined ? '' : `; ${witness.cause.sentence}`
      return `${arm.name} ${told}: ${witness.story}${why}.`
    }),
  ]
}
