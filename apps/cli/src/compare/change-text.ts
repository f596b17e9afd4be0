import { duration, enumeration, plainTable, ratioWithin, serviceTime, wrap } from '@keyrace/report'
import type { ArmChange, Change } from './compare-runs.ts'
import type { LatencyChange } from './latency-change.ts'

/** Tables of what was compared, then what it comes to in a sentence. `~` stands for no evidence. */
export function changeText(change: Change, columns: number): string {
  const { arms } = change
  const reasons = arms.flatMap(({ name, latency }) => latency.flatMap(doubtsOf(name)))
  const methods = new Set(arms.flatMap(({ latency }) => latency.map(({ method }) => method)))
  const sections = [
    arms.some(({ latency }) => latency.length > 0) ? latencyTable(arms) : '',
    arms.length > 0 ? correctnessTable(arms) : '',
    reasons.map((reason) => wrap(`- ${reason}`, columns, 2)).join('\n'),
    [...[...methods].map((method) => explanations[method]), sentence(change)]
      .map((line) => wrap(line, columns))
      .join('\n'),
  ]
  return `${sections.filter((section) => section !== '').join('\n\n')}\n`
}

const explanations = {
  paired: 'Blocks are compared pair by pair: with the same seed they have the same schedule.',
  unpaired:
    'Blocks are compared all with all: with another seed none of the one run belongs to one of the other.',
} as const

function latencyTable(arms: readonly ArmChange[]): string {
  const rows = arms.flatMap(({ name, latency }) =>
    latency.map((change) => [
      name,
      serviceTime(change.serviceTimeMs),
      duration(change.beforeMs),
      duration(change.afterMs),
      ratioWithin(change.ratio, change.ci95),
      change.verdict === 'inconclusive' ? '~' : change.verdict,
    ]),
  )
  return plainTable(['push', 'at', 'before', 'after', 'after/before', ''], rows)
}

function correctnessTable(arms: readonly ArmChange[]): string {
  const rows = arms.map(({ name, correctness: { before, after } }) => [
    name,
    ...(['racesHeld', 'staleAdmissions', 'staleAccepts', 'lateCommits', 'verdict'] as const).map(
      (count) => arrow(before[count], after[count]),
    ),
  ])
  const head = ['races', 'held', 'stale admits', 'stale accepts', 'late commits', 'claim']
  return plainTable(head, rows)
}

function arrow(before: string | number, after: string | number): string {
  return before === after ? `${after}` : `${before} → ${after}`
}

function doubtsOf(name: string) {
  return ({ serviceTimeMs, reasons }: LatencyChange) =>
    reasons.length === 0
      ? []
      : [`${name} at ${serviceTime(serviceTimeMs)} is unproven: ${reasons.join('; ')}`]
}

function sentence({ arms, verdict, margin }: Change): string {
  const beyond = `beyond the margin of ${Number((margin * 100).toFixed(1))} %`
  const slower = arms.filter(({ latency }) => latency.some((change) => change.verdict === 'worse'))
  const broken = arms.filter(({ isNewlyBroken }) => isNewlyBroken)
  const clauses = [
    slower.length > 0 ? `pushes with ${names(slower)} are slower ${beyond}` : '',
    broken.length > 0 ? `${names(broken)} kept the claim before and broke it now` : '',
  ].filter((clause) => clause !== '')
  if (clauses.length > 0) return `Worse: ${clauses.join('; ')}.`
  if (arms.length === 0) return 'Nothing was compared: no strategy was played in both runs.'
  if (verdict === 'nothing-compared') {
    return 'Nothing was compared: fewer than two blocks of timed pushes in a run.'
  }
  return `Nothing is proven to be worse ${beyond}.`
}

function names(arms: readonly ArmChange[]): string {
  return enumeration(arms.map(({ name }) => name))
}
