import {
  type ArmResult,
  type Comparison,
  type Control,
  pushPhases,
  type Run,
  type Witness,
} from '@keyrace/contracts'
import { answerOf } from '../answer.ts'
import { armFigures } from '../arm-figures.ts'
import { generatorSentence } from '../generator-sentence.ts'
import { latencyAt } from '../latency-at.ts'
import {
  count,
  duration,
  enumeration,
  milliseconds,
  plural,
  ratioWithin,
  serviceTime,
  signed,
  significant,
} from '../quantities.ts'
import { tellingWitnesses } from '../telling-witnesses.ts'
import {
  furtherReasons,
  headline,
  judgedArms,
  replayCommand,
  turnsSentence,
  violations,
} from '../verdict.ts'
import { words } from '../words.ts'
import { kindRows, kindsHead } from './kind-rows.ts'

// GitHub drops a summary of more than 1 MiB as a whole, so it ends before that: what matters least is cut.
const mostBytes = 900_000
const longestText = 400
const mostReasons = 10
const mostWitnessesPerArm = 5

/** A run for job summaries and pull requests: the verdict first, then the arms, then how to repeat it. */
export function summaryMarkdown(run: Run): string {
  const { word, sentence } = headline(run)
  return withinBudget([
    `**${word}** ${prose(sentence)}`,
    list(furtherReasons(run).slice(0, mostReasons)),
    ...answerOf(run).map((sentence) => prose(sentence, 4 * longestText)),
    comparisonsTable(run.comparisons),
    armsTable(run),
    kindsTable(run),
    prose(turnsSentence(run) ?? ''),
    list(run.arms.flatMap(remarks)),
    list(noiseFloor(run)),
    `Run it again:\n\n\`\`\`sh\n${replayCommand(run)}\n\`\`\``,
    folded('Phases of a push, p50 in ms', phasesTable(run)),
    folded('Curves', curvesTable(run)),
    prose(topology(run), 2 * longestText),
  ])
}

function withinBudget(sections: readonly string[]): string {
  const cut = '_The rest did not fit: see report.html._\n'
  let text = ''
  for (const section of sections.filter((one) => one !== '')) {
    const longer = `${text}${section}\n\n`
    if (Buffer.byteLength(longer) + cut.length > mostBytes) return `${text}${cut}`
    text = longer
  }
  return `${text.trimEnd()}\n`
}

function comparisonsTable(comparisons: readonly Comparison[]): string {
  if (comparisons.length === 0) return ''
  return table(
    ['Compared', 'Service time', 'Ratio of p50', 'Difference, ms', 'Pairs', 'Verdict'],
    comparisons.map(({ a, b, serviceTimeMs, ratio, ci95, difference, pairs, verdict }) => [
      `${a} / ${b}`,
      serviceTime(serviceTimeMs),
      ratioWithin(ratio, ci95),
      difference === null ? '—' : signed(difference.mean),
      count(pairs),
      verdict,
    ]),
  )
}

function armsTable(run: Run): string {
  const figures = armFigures(run)
  return table(
    ['Strategy', ...figures.map((figure) => figure.title)],
    run.arms.map((arm) => [arm.name, ...figures.map((figure) => figure.of(arm))]),
  )
}

function kindsTable(run: Run): string {
  const rows = kindRows(run)
  return rows.length === 0 ? '' : table(kindsHead, rows)
}

function remarks(arm: ArmResult): string[] {
  const broken = violations(arm)
  const remarks = [
    ...(arm.skipped ? [`skipped: ${arm.skipped.reason}`] : []),
    ...(broken.length > 0 ? [`broke ${enumeration(broken)}`] : []),
    ...tellingWitnesses(arm).slice(0, mostWitnessesPerArm).map(witnessed),
  ]
  return remarks.map((remark) => `${arm.name}: ${remark}`)
}

function witnessed({ invariant, stalenessMs, story, events, cause }: Witness): string {
  const late = stalenessMs === null ? '' : `, ${duration(stalenessMs.certain)} late`
  const why = cause === undefined ? '' : `; ${cause.sentence}`
  return `${invariant}${late}: ${story}${why} (history rows ${events.slice(0, 10).join(', ')})`
}

/** By how much things differed that could not differ. */
function noiseFloor({ comparisons, controls }: Run): string[] {
  if (comparisons.length === 0) return []
  const moved = controls.untouchedPhases.filter(({ ok }) => !ok)
  return [
    controls.aa.map((twin) => `noise floor: ${twin.b} against its twin ${control(twin)}`),
    moved.map((phase) => `${words(phase.phase)} moved: ${phase.a} / ${phase.b} ${control(phase)}`),
    generatorSentence(controls) ?? [],
  ].flat()
}

function control({ ratio, ci95, serviceTimeMs, ok }: Control): string {
  return `${ratioWithin(ratio, ci95)} at ${serviceTime(serviceTimeMs)}${ok ? '' : ', too much'}`
}

function phasesTable(run: Run): string {
  const columns = run.topology.serviceTimesMs.flatMap((serviceTimeMs) =>
    judgedArms(run).flatMap((arm) => {
      const phases = latencyAt(arm, serviceTimeMs)?.phases
      const title = `${arm.name} at ${serviceTime(serviceTimeMs)}`
      return phases === undefined ? [] : [{ title, phases }]
    }),
  )
  if (columns.length === 0) return ''
  return table(
    ['Phase', ...columns.map(({ title }) => title)],
    pushPhases.map((phase) => [
      words(phase),
      ...columns.map(({ phases }) => milliseconds(phases[phase].p50)),
    ]),
  )
}

function curvesTable({ curves }: Run): string {
  if (curves.length === 0) return ''
  return table(
    ['Curve', 'Series', 'At', 'Value', 'n'],
    curves.flatMap(({ name, series, x, y, points }) =>
      points.map((point) => [
        name,
        series,
        `${count(point.x)} ${x.unit}`.trim(),
        point.y === null ? '—' : `${significant(point.y)} ${y.unit}`.trim(),
        count(point.count),
      ]),
    ),
  )
}

function topology({ topology, environment, ...run }: Run): string {
  const { mode, system, quirks, seed, commitCheck, durationMs } = run
  const { replicas, users, apps, keysPerUser, database, client, target, serviceTimesMs } = topology
  return [
    `${mode} mode, seed ${seed}, commit check ${commitCheck}, target ${target}, client ${client}`,
    ...(system === 'fixed' ? [] : [`system ${system}`]),
    ...(quirks.length === 0 ? [] : [`quirks ${enumeration(quirks)}`]),
    `${plural(replicas, 'builder')}, ${count(users)} users × ${count(keysPerUser)} keys, ${count(apps)} apps`,
    `${database} database, service time ${enumeration(serviceTimesMs.map(serviceTime))}`,
    `${duration(durationMs)}${mode === 'sim' ? ' of virtual time' : ''} on ${environment.cores} cores (${environment.cpu})`,
    `Node ${environment.node}, ${environment.git}`,
  ].join(' · ')
}

/** The first column is of words, the others are of figures. */
function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
  return [
    line(head.map((cell) => prose(cell))),
    line([':--', ...head.slice(1).map(() => '--:')]),
    ...rows.map((row) => line(row.map((cell) => prose(cell)))),
  ].join('\n')
}

function list(items: readonly string[]): string {
  return items.map((item) => `- ${prose(item)}`).join('\n')
}

function folded(title: string, content: string): string {
  if (content === '') return ''
  return `<details>\n<summary>${title}</summary>\n\n${content}\n\n</details>`
}

/** Text that Markdown shows as it is: on one line, of limited length, with nothing that it would interpret. */
function prose(text: string, longest = longestText): string {
  const short = text.length > longest ? `${text.slice(0, longest - 1)}…` : text
  return short
    .replace(/\s+/g, ' ')
    .replace(/[\\`*_[\]<>|#@]/g, (sign) => `&#${sign.charCodeAt(0)};`)
}
