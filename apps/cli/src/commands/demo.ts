import { type Mode, modes, Plan } from '@keyrace/contracts'
import type { Command } from 'commander'
import type { Deps } from '../deps.ts'
import { doctorLine } from '../doctor/doctor-line.ts'
import { withColoredMarks } from '../doctor/mark.ts'
import { examplesOf, exitCodeTable } from '../help.ts'
import { planOf } from '../plan.ts'
import { type RunAllOptions, runAll } from '../run-all.ts'
import { isPlain } from '../terminal.ts'
import { integerIn } from '../values.ts'
import { choice } from './choice.ts'

interface DemoOptions extends RunAllOptions {
  readonly mode: Mode
  readonly seed: number
}

/** Of a deletion race: enough to see its point, within a minute on two cores. */
const sizes = { races: 60, serviceTime: [0.3, 10] } as const
/** Enough for an answer at both service times. */
const pairs = 10
/** The same for everybody, so that people can speak of what they saw. */
const usualSeed = 4711

const next = ['npx keyrace run deletion-race --commit-check full', 'npx keyrace up'] as const

/** `keyrace demo` */
export function demoCommand(program: Command, deps: Deps, end: (exitCode: number) => void): void {
  const { stderr, env } = deps.process
  program
    .command('demo')
    .description('the comparison that it is all about, within a minute')
    .addOption(choice('--mode <mode>', 'real processes, or simulated', modes).default('real'))
    .option('--seed <n>', 'another plan', integerIn(Plan.properties.seed), usualSeed)
    .option('--out <folder>', 'for the report', 'out/demo')
    .option('--json', 'print run.json, and nothing else, on standard output')
    .addHelpText('after', `${examplesOf('demo')}\n${exitCodeTable}`)
    .action(async ({ mode, seed, ...options }: DemoOptions) => {
      const scenario = deps.scenarios['deletion-race']
      if (scenario === undefined) throw new Error('there is no deletion race to show')
      const line = await doctorLine(deps.checks, stderr.columns ?? Infinity)
      stderr.write(`${isPlain(stderr, env) ? line : withColoredMarks(line)}\n`)
      const timing = mode === 'real' ? { pairs } : {}
      const plan = planOf(scenario, { mode, ...sizes, ...timing }, seed)
      end(await runAll(deps, [{ scenario, plan }], { ...options, next }))
    })
}
