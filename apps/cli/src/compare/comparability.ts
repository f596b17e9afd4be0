import type { Environment, Run } from '@keyrace/contracts'
import type { RunRecord } from '@keyrace/report'

/** What must be alike in two runs, or their difference says nothing: one phrase for each thing that is not. */
export function obstacles(before: RunRecord, after: RunRecord): string[] {
  return [
    ...differences(storyOf(before), storyOf(after)),
    ...differences(machineOf(before.run.environment), machineOf(after.run.environment)),
  ]
}

/** What may differ, because it may be what the comparison is about, but should be known. */
export function remarks(before: RunRecord, after: RunRecord): string[] {
  return differences(changeable(before), changeable(after))
}

function storyOf({ run, plan }: RunRecord): Record<string, unknown> {
  const { serviceTimeMs: _, serviceTimesMs: __, ...topology } = run.topology
  return { scenario: run.scenario, mode: run.mode, ...topology, load: plan.latency.load }
}

function machineOf({ cpu, cores, platform, nativeCrypto }: Environment) {
  return { cpu, cores, platform, nativeCrypto }
}

function changeable({ run }: RunRecord): Record<string, unknown> {
  const { seed, system, commitCheck, environment } = run
  const { node, git } = environment
  const quirks = run.quirks.join(', ') || 'none'
  return {
    seed,
    system,
    quirks,
    commitCheck,
    node,
    git,
    ...Object.fromEntries(run.arms.flatMap(knobsOf)),
  }
}

function knobsOf({ name, knobs }: Run['arms'][number]): [string, number][] {
  return Object.entries(knobs).map(([knob, value]) => [`${name}.${knob}`, value])
}

/** `cores 2 and 4`; what only one of them has is left out. */
function differences(before: Record<string, unknown>, after: Record<string, unknown>): string[] {
  return Object.entries(after).flatMap(([name, value]) => {
    if (!(name in before)) return []
    const [was, is] = [text(before[name]), text(value)]
    return was === is ? [] : [`${name} ${was} and ${is}`]
  })
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}
