import type { SwarmResult } from '@keyrace/contracts'
import { duration, plainTable, plural, wrap } from '@keyrace/report'

const mostReasons = 12

/** What a search found, for a person. */
export function swarmSummary(result: SwarmResult, columns: number): string {
  const { violations, reasons, verdict, confidence } = result
  const told = reasons.slice(0, mostReasons)
  const more = reasons.length - told.length
  const lines = [
    searched(result),
    '',
    strategyTable(result),
    '',
    faultTable(result),
    '',
    `${markCount(result)}; ${coverage(result)}; ${determinism(result)}.`,
    ...violations.slice(0, 3).map(({ seed, invariant, story }) => {
      return `seed ${seed} broke ${invariant}: ${story}`
    }),
    '',
    `${verdict.toUpperCase()}. ${confidence}`,
    ...told.map((reason) => `  ${reason}`),
    ...(more > 0 ? [`  and ${more} more`] : []),
  ]
  return `${lines.map((line) => (line.includes('\n') ? line : wrap(line, columns, 2))).join('\n')}\n`
}

function searched(result: SwarmResult): string {
  const { seeds, pushes, durationMs, seedsPerSecond, pushesPerSecond, virtualSeconds } = result
  const rates = `${Math.round(seedsPerSecond)} seeds and ${Math.round(pushesPerSecond)} pushes a second`
  return `${plural(seeds, 'seed')} from ${result.seed} with ${plural(pushes, 'push', 'pushes')} in ${duration(durationMs)}: ${rates}, ${duration(virtualSeconds * 1_000)} of virtual time.`
}

function strategyTable({ strategies, worstStalenessMs }: SwarmResult): string {
  const rows = Object.entries(strategies).map(([name, { seeds, pushes, violations }]) => {
    const worst = worstStalenessMs[name]
    return [
      name,
      ...[seeds, pushes, violations].map(String),
      duration(worst?.revocation ?? null),
      duration(worst?.grant ?? null),
      duration(worst?.headRoom ?? null),
    ]
  })
  const head = ['strategy', 'seeds', 'pushes', 'broken', 'after revoking', 'after granting', 'left']
  return plainTable(head, rows)
}

function faultTable({ faults }: SwarmResult): string {
  const rows = Object.entries(faults)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([kind, { planned, tookEffect }]) => [kind, String(planned), String(tookEffect)])
  return rows.length === 0 ? 'no faults' : plainTable(['fault', 'planned', 'took effect'], rows)
}

function markCount({ marks }: SwarmResult): string {
  const counts = Object.values(marks)
  return `${counts.filter((count) => count > 0).length} of ${counts.length} marks seen`
}

function coverage({ coverage: { seen, possible } }: SwarmResult): string {
  return `${seen} of ${possible} cells (strategy × fault × phase × mutation) covered`
}

function determinism({ determinism: { checked, differed } }: SwarmResult): string {
  const differences = differed === 0 ? 'none differed' : `${differed} differed`
  return `${plural(checked, 'seed')} played twice, ${differences}`
}
