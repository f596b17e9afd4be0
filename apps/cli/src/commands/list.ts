import { invariants } from '@keyrace/checker'
import { type Claim, quirks } from '@keyrace/contracts'
import { type Knob, settle, strategies } from '@keyrace/key-lookup'
import { boundsText, plural, wrap, writeText } from '@keyrace/report'
import { promises, type Scenario } from '@keyrace/scenarios'
import type { Command } from 'commander'
import type { Deps } from '../deps.ts'
import { examplesOf } from '../help.ts'
import { unknown } from '../nearest.ts'

interface Entry {
  readonly name: string
  readonly description: string
  /** Of a scenario. */
  readonly defaults?: Scenario['defaults']
  /** Of a strategy, under the defaults of its knobs. */
  readonly claim?: Claim
  readonly knobs?: Readonly<Record<string, Knob>>
  /** Of a quirk: where the original had it, whose it is here, and the invariant that convicts it. */
  readonly source?: string
  readonly where?: string
  readonly invariant?: string
}

type Lists = Readonly<Record<string, readonly Entry[]>>

/** `keyrace list [kind]` */
export function listCommand(program: Command, deps: Deps): void {
  const lists = listsOf(deps)
  const kinds = Object.keys(lists)
  program
    .command('list')
    .description(`what there is: ${kinds.join(', ')}`)
    .argument('[kind]', `one of these only: ${kinds.join(', ')}`)
    .option('--json', 'print JSON')
    .addHelpText('after', examplesOf('list'))
    .action((kind: string | undefined, { json }: { json?: boolean }) => {
      if (kind !== undefined && !kinds.includes(kind)) throw unknown('kind', kind, kinds)
      const chosen = kind === undefined ? lists : { [kind]: lists[kind] ?? [] }
      const text = json
        ? JSON.stringify(chosen, null, 2)
        : asText(chosen, deps.process.stdout.columns ?? Infinity)
      deps.process.stdout.write(`${text}\n`)
    })
}

function listsOf({ scenarios }: Deps): Lists {
  return {
    scenarios: Object.values(scenarios).map(({ name, description, defaults }) => ({
      name,
      description,
      defaults,
    })),
    strategies: Object.entries(strategies).map(([name, strategy]) => ({
      name,
      description: strategy.description,
      claim: strategy.claim(settle(name, strategy, {}) as never),
      knobs: strategy.knobs,
    })),
    invariants: [...invariants, ...promises].map(({ name, sentence }) => ({
      name,
      description: sentence,
    })),
    quirks: Object.entries(quirks).map(([name, quirk]) => ({ name, ...quirk })),
  }
}

function asText(lists: Lists, columns: number): string {
  return Object.entries(lists)
    .map(([kind, entries]) => [kind, ...entries.flatMap(linesOf(entries, columns))].join('\n'))
    .join('\n\n')
}

function linesOf(entries: readonly Entry[], columns: number) {
  const width = Math.max(...entries.map(({ name }) => name.length))
  return (entry: Entry) => {
    const texts = [
      entry.description,
      ...defaultsOf(entry),
      ...claimOf(entry),
      ...knobsOf(entry),
      ...originOf(entry),
    ]
    const wrapped = texts.flatMap((text) => wrap(text, columns - width - 4, 2).split('\n'))
    return wrapped.map(
      (line, index) => `  ${(index === 0 ? entry.name : '').padEnd(width)}  ${line}`,
    )
  }
}

function defaultsOf({ defaults }: Entry): string[] {
  if (defaults === undefined) return []
  const { arms, races, replicas, users, keysPerUser, apps } = defaults
  const parts = [
    arms.map(({ strategy }) => strategy).join(','),
    ...(races > 0 ? [plural(races, 'race')] : []),
    `${plural(replicas, 'builder')} each`,
    `${users} users × ${keysPerUser} keys`,
    plural(apps, 'app'),
  ]
  return [`unless told otherwise: ${parts.join(', ')}`]
}

function claimOf({ claim }: Entry): string[] {
  if (claim === undefined) return []
  return [
    `lag after a revocation: ${boundsText(claim.revocation)}`,
    `lag after a grant: ${boundsText(claim.grant)}`,
    `wait of a revocation: ${writeText(claim)}`,
  ]
}

function knobsOf({ knobs = {} }: Entry): string[] {
  return Object.entries(knobs).map(
    ([knob, { default: usual, description }]) => `${knob}=${usual} (${description})`,
  )
}

function originOf({ source, where, invariant }: Entry): string[] {
  return invariant === undefined ? [] : [`${where}; convicted by ${invariant}; ${source}`]
}
