import { type Mode, modes } from '@keyrace/contracts'
import type { Command } from 'commander'
import type { Deps } from '../deps.ts'
import { examplesOf, exitCodeTable } from '../help.ts'
import { readReplay } from '../replay/read-replay.ts'
import { replayScenario } from '../replay/replay-scenario.ts'
import { replayWorld } from '../replay/replay-world.ts'
import { choice } from './choice.ts'

interface ReplayOptions {
  readonly mode?: Mode
  readonly out?: string
  readonly json?: boolean
}

/** `keyrace replay <plan.json | token>` */
export function replayCommand(program: Command, deps: Deps, end: (exitCode: number) => void): void {
  program
    .command('replay')
    .description('the same run again, with full trace and timeline')
    .argument('<plan>', 'a plan.json, the folder it is in, or a token that keyrace swarm printed')
    .addOption(choice('--mode <mode>', 'of a scenario: as planned unless told otherwise', modes))
    .option('--out <folder>', 'for the report (default: out/replay-<seed>)')
    .option('--json', 'print JSON, and nothing else, on standard output')
    .addHelpText('after', `${examplesOf('replay')}\n${exitCodeTable}`)
    .action(async (named: string, options: ReplayOptions) => {
      const replay = await readReplay(named)
      end(
        replay.kind === 'world'
          ? await replayWorld(deps, replay, options)
          : await replayScenario(deps, replay.plan, options),
      )
    })
}
