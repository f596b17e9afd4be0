import { invariants } from '@keyrace/checker'
import type { Claim } from '@keyrace/contracts'
import { settle, strategies } from '@keyrace/key-lookup'
import { boundsText } from '@keyrace/report'
import type { Command } from 'commander'
import type { Deps } from '../deps.ts'
import { unknown } from '../nearest.ts'

interface Entry {
  readonly name: string
  readonly description: string
  readonly claim?: Claim
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
    .action((kind: string | undefined, { json }: { json?: boolean }) => {
      if (kind !== undefined && !kinds.includes(kind)) throw unknown('kind', kind, kinds)
      const chosen = kind === undefined ? lists : { [kind]: lists[kind] ?? [] }
      const text = json ? JSON.stringify(chosen, null, 2) : asText(chosen)
      deps.process.stdout.write(`${text}\n`)
    })
}

function listsOf({ scenarios }: Deps): Lists {
  return {
    scenarios: Object.values(scenarios).map(({ name, description }) => ({ name, description })),
    strategies: Object.entries(strategies).map(([name, strategy]) => ({
      name,
      description: strategy.description,
      claim: strategy.claim(settle(name, strategy, {}) as never),
    })),
    invariants: invariants.map(({ name, sentence }) => ({ name, description: sentence })),
  }
}

function asText(lists: Lists): string {
  return Object.entries(lists)
    .map(([kind, entries]) => `${kind}\n${entries.map(line(entries)).join('\n')}`)
    .join('\n\n')
}

function line(entries: readonly Entry[]) {
  const width = Math.max(...entries.map(({ name }) => name.length))
  return ({ name, description, claim }: Entry) => {
    const lag = claim === undefined ? '' : ` (lag: ${boundsText(claim.revocation)})`
    return `  ${name.padEnd(width)}  ${description}${lag}`
  }
}
