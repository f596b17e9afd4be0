import type { ArmResult, Run, Witness } from '@keyrace/contracts'
import { armFigures } from '../arm-figures.ts'
import { duration } from '../quantities.ts'
import { tellingWitnesses } from '../telling-witnesses.ts'
import {
  correctnessSentence,
  costSentence,
  furtherReasons,
  headline,
  latencyCaveat,
  replayCommand,
} from '../verdict.ts'

// Job summaries and comments are cut off or refused when they are long, so each list here has an end.
const longestText = 400
const mostReasons = 10
const mostWitnessesPerArm = 5

/** A run for job summaries and pull requests: the verdict first, then the arms, then how to repeat it. */
export function summaryMarkdown(run: Run): string {
  const { word, sentence } = headline(run)
  const sections = [
    `**${word}** ${prose(sentence)}`,
    list(
      furtherReasons(run)
        .slice(0, mostReasons)
        .map((reason) => prose(reason)),
    ),
    prose(correctnessSentence(run), 4 * longestText),
    prose(costSentence(run), 4 * longestText),
    latencyCaveat(run) ?? '',
    armsTable(run.arms),
    list(run.arms.flatMap(remarks)),
    topology(run),
    `Run it again:\n\n\`\`\`sh\n${replayCommand(run)}\n\`\`\``,
  ]
  return `${sections.filter((section) => section !== '').join('\n\n')}\n`
}

function armsTable(arms: readonly ArmResult[]): string {
  const rows = arms.map((arm) => [arm.name, ...armFigures.map((figure) => figure.of(arm))])
  return [
    line(['Strategy', ...armFigures.map((figure) => figure.title)]),
    line([':--', ':--', ...armFigures.slice(1).map(() => '--:')]),
    ...rows.map((row) => line(row.map((cell) => prose(cell)))),
  ].join('\n')
}

function remarks(arm: ArmResult): string[] {
  const witnesses = tellingWitnesses(arm).slice(0, mostWitnessesPerArm).map(witnessed)
  const remarks = [...(arm.skipped ? [`skipped: ${arm.skipped.reason}`] : []), ...witnesses]
  return remarks.map((remark) => prose(`${arm.name}: ${remark}`))
}

function witnessed({ invariant, stalenessMs, story, events }: Witness): string {
  const late = stalenessMs === null ? '' : `, ${duration(stalenessMs.certain)} late`
  return `${invariant}${late}: ${story} (history rows ${events.slice(0, 10).join(', ')})`
}

function topology({ mode, seed, commitCheck, topology, durationMs, environment }: Run): string {
  const { replicas, users, apps, keysPerUser, database, serviceTimeMs } = topology
  const parts = [
    `${mode} mode, seed ${seed}, commit check ${commitCheck}`,
    `${replicas} builders, ${users} users × ${keysPerUser} keys, ${apps} apps`,
    `${database} database, service time ${duration(serviceTimeMs)}`,
    `${duration(durationMs)}${mode === 'sim' ? ' of virtual time' : ''} on ${environment.cores} cores (${environment.cpu})`,
    `Node ${environment.node}, ${environment.git}`,
  ]
  return prose(parts.join(' · '))
}

function line(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`
}

function list(items: readonly string[]): string {
  return items.map((item) => `- ${item}`).join('\n')
}

/** Text that Markdown shows as it is: on one line, of limited length, with nothing that it would interpret. */
function prose(text: string, longest = longestText): string {
  const short = text.length > longest ? `${text.slice(0, longest - 1)}…` : text
  return short
    .replace(/\s+/g, ' ')
    .replace(/[\\`*_[\]<>|#@]/g, (sign) => `&#${sign.charCodeAt(0)};`)
}
