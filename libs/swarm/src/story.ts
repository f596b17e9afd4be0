import { invariants, type JudgedFinding, seconds } from '@keyrace/checker'
import type { SwarmPlan } from '@keyrace/contracts'
import { enumeration, plural } from '@keyrace/report'
import type { PlayedWorld } from './play-world.ts'
import { type Deed, deedsOf } from './story/deeds.ts'
import { deedText, faultText } from './story/sentences.ts'

/** More would not be read. */
const mostEvents = 7

/**
 * What happened in a world, for a person: who did what when, what went wrong around them, what must hold and what was
 * broken. About ten lines; times are those of the history.
 */
export function story(played: PlayedWorld): readonly string[] {
  const broken = played.judgement.findings.filter(({ violation }) => violation)
  const [first] = broken
  return [
    circumstances(played.plan),
    ...fixture(played.plan),
    ...events(played, first),
    ...(first === undefined ? ['Nothing was broken.'] : verdict(first, broken.length - 1)),
  ]
}

/** `Seed 17: poll (intervalMs 1000), 2 builders, commit check none.` */
function circumstances(plan: SwarmPlan): string {
  const knobs = Object.entries(plan.knobs).map(([knob, value]) => `${knob} ${value}`)
  const parts = [
    knobs.length === 0 ? plan.strategy : `${plan.strategy} (${knobs.join(', ')})`,
    plural(plan.replicas, 'builder'),
    `commit check ${plan.commitCheck}`,
    ...(plan.system === 'fixed' ? [] : [`system ${plan.system}`]),
    ...(plan.mutant === undefined ? [] : [`planted bug ${plan.mutant}`]),
    ...points(plan),
  ]
  return `Seed ${plan.seed}: ${parts.join(', ')}.`
}

function points(plan: SwarmPlan): string[] {
  const names = Object.keys(plan.points)
  if (names.length > 2) return [`held up at ${names.length} points`]
  return names.map((name) => `held up at ${name}`)
}

/** `At first app foo is ada's, and bob may push.` Only of apps that somebody does something with. */
function fixture({ apps, operations }: SwarmPlan): string[] {
  const said = new Set(operations.map(({ app }) => app))
  const told = apps
    .filter(({ name }) => said.has(name))
    .map(({ name, owner, collaborators }) => {
      const others =
        collaborators.length === 0 ? '' : `, and ${enumeration(collaborators)} may push`
      return `app ${name} is ${owner}'s${others}`
    })
  return told.length === 0 ? [] : [`At first ${told.slice(0, 3).join('; ')}.`]
}

/** What bears on the violation, else what came first. */
function events(played: PlayedWorld, finding: JudgedFinding | undefined): string[] {
  const { plan, effects } = played
  const deeds = deedsOf(played)
  const culprit = deeds.find(({ planned }) => planned.id === finding?.op)
  const [earliest] = deeds
  const begin = earliest === undefined ? 0 : earliest.fromMs - earliest.planned.atMs
  const all = [
    ...deeds.map((deed) => ({
      atMs: deed.fromMs,
      text: deedText(deed),
      weight: bearing(deed, finding, culprit),
    })),
    ...plan.faults.map((fault) => ({
      atMs: begin + fault.fromMs,
      text: faultText(fault, begin + fault.toMs, effects[fault.id]),
      weight: [fault.node, fault.peer].includes(finding?.replica ?? 'controller') ? 2 : 0,
    })),
  ]
  const told = all
    .toSorted((a, b) => b.weight - a.weight || a.atMs - b.atMs)
    .slice(0, mostEvents)
    .toSorted((a, b) => a.atMs - b.atMs)
  const width = Math.max(0, ...told.map(({ atMs }) => seconds(atMs).length))
  const lines = told.map(({ atMs, text }) => `${seconds(atMs).padStart(width)}  ${text}`)
  const more = all.length - told.length
  return more === 0 ? lines : [...lines, `(${more} more, which have less to do with it)`]
}

/** How much an operation has to do with a finding: it shows it, or is about the same app or person. */
function bearing(
  deed: Deed,
  finding: JudgedFinding | undefined,
  culprit: Deed | undefined,
): number {
  if (finding === undefined) return 0
  if (deed === culprit || deed.events.some((idx) => finding.events.includes(idx))) return 3
  const [own, other] = [deed.planned, culprit?.planned]
  return own.app !== undefined && own.app === other?.app ? 2 : own.by === other?.by ? 1 : 0
}

function verdict({ invariant, story, cause }: JudgedFinding, more: number): string[] {
  const sentence = invariants.find(({ name }) => name === invariant)?.sentence
  const others = more === 0 ? '' : ` (and ${plural(more, 'violation')} more)`
  return [
    `Must hold: ${sentence ?? invariant}`,
    `Broken (${invariant}): ${story}${others}`,
    ...(cause === undefined ? [] : [`Why: ${cause.sentence}`]),
  ]
}
