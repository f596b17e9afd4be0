import { type ArmResult, type PushPhase, pushPhases, type Sample } from '@keyrace/contracts'

const blocks = 6
const pushesPerBlock = 25

/** Timed pushes of each arm at each service time, spread about its medians. */
export function exampleSamples(arms: readonly ArmResult[]): Sample[] {
  return arms.flatMap((arm) =>
    arm.byServiceTime.flatMap(({ serviceTimeMs, latencyMs }) =>
      Array.from({ length: blocks * pushesPerBlock }, (_, index) => {
        // Up to 20 % to either side, in no apparent order, and the same each time.
        const factor = 0.8 + ((index * 61) % 101) / 250
        return sample({ arm: arm.name, serviceTimeMs, index, latencyMs, factor })
      }),
    ),
  )
}

interface Timing {
  readonly arm: string
  readonly serviceTimeMs: number
  readonly index: number
  readonly latencyMs: ArmResult['latencyMs']
  readonly factor: number
}

function sample({ arm, serviceTimeMs, index, latencyMs, factor }: Timing): Sample {
  const intendedAt = 1_000 + index * 40
  return {
    op: `t${index}/${arm}/${serviceTimeMs}`,
    arm,
    replica: `builder-${(index % 3) + 1}`,
    phase: 'latency',
    block: Math.floor(index / pushesPerBlock) + 1,
    serviceTimeMs,
    fresh: true,
    app: 'quiet-otter',
    outcome: 'ok',
    intendedAt,
    startedAt: intendedAt + 0.3,
    doneAt: intendedAt + (latencyMs.response.p50 ?? 0) * factor,
    phases: Object.fromEntries(
      pushPhases.map((phase) => [phase, (latencyMs.phases[phase].p50 ?? 0) * factor]),
    ) as Record<PushPhase, number>,
  }
}
