import { exitCodes } from '@keyrace/contracts'
import { enumeration, UnreadableRun } from '@keyrace/report'
import { SetupError } from '@keyrace/testbed'
import { Command, CommanderError } from 'commander'
import { compareCommand } from './commands/compare.ts'
import { demoCommand } from './commands/demo.ts'
import { doctorCommand } from './commands/doctor.ts'
import { listCommand } from './commands/list.ts'
import { mutantsCommand } from './commands/mutants.ts'
import { replayCommand } from './commands/replay.ts'
import { reportCommand } from './commands/report.ts'
import { runCommand } from './commands/run.ts'
import { swarmCommand } from './commands/swarm.ts'
import { upCommand } from './commands/up.ts'
import type { Deps } from './deps.ts'
import { examplesOf, exitCodeTable } from './help.ts'
import { UsageError } from './usage-error.ts'

/** In the order in which help shows them. */
const commands = {
  demo: demoCommand,
  run: runCommand,
  swarm: swarmCommand,
  replay: replayCommand,
  mutants: mutantsCommand,
  compare: compareCommand,
  report: reportCommand,
  up: upCommand,
  list: listCommand,
  doctor: doctorCommand,
} as const

/** The whole command: takes its arguments, resolves to the exit code, and never rejects. */
export function createCli(deps: Deps): (args: readonly string[]) => Promise<number> {
  const { stdout, stderr } = deps.process

  return async (args) => {
    let exitCode: number = exitCodes.pass
    const program = new Command('keyrace')
      .description(
        'Races git pushes against deletions, and says what each way to look up keys costs.',
      )
      .version(deps.version)
      .configureOutput({
        writeOut: (text) => stdout.write(text),
        writeErr: (text) => stderr.write(text),
        getOutHelpWidth: () => stdout.columns ?? 80,
        getErrHelpWidth: () => stderr.columns ?? 80,
      })
      .exitOverride()
      .showHelpAfterError(
        `The commands are ${enumeration([...Object.keys(commands), 'help'])}; keyrace help <command> says more.`,
      )
      .addHelpText('after', `${examplesOf('keyrace')}\n${exitCodeTable}`)
    for (const command of Object.values(commands)) {
      command(program, deps, (code) => {
        exitCode = code
      })
    }
    for (const command of program.commands) {
      command.showHelpAfterError(`keyrace help ${command.name()} says more.`)
    }
    try {
      await program.parseAsync(args, { from: 'user' })
    } catch (error) {
      return explain(error)
    }
    return exitCode
  }

  function explain(error: unknown): number {
    // commander has said what is wrong by then.
    if (error instanceof CommanderError) return error.exitCode
    if (error instanceof UsageError) {
      stderr.write(`error: ${error.message}\n`)
      return exitCodes.usage
    }
    if (error instanceof SetupError || error instanceof UnreadableRun) {
      stderr.write(`error: ${error.message}\n`)
      return exitCodes.invalid
    }
    stderr.write(`keyrace failed: ${error instanceof Error ? error.stack : error}\n`)
    return exitCodes.invalid
  }
}
