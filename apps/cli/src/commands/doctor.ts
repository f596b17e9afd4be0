import { exitCodes } from '@keyrace/contracts'
import type { Command } from 'commander'
import type { Deps } from '../deps.ts'
import type { Diagnosis } from '../doctor/check.ts'
import { examine, isFit } from '../doctor/examine.ts'
import { markOf, withColoredMarks } from '../doctor/mark.ts'
import { isPlain } from '../terminal.ts'

/** `keyrace doctor` */
export function doctorCommand(program: Command, deps: Deps, end: (exitCode: number) => void): void {
  const { stdout, env } = deps.process
  program
    .command('doctor')
    .description('whether keyrace can run here, and what to do where it cannot')
    .option('--json', 'print JSON')
    .action(async ({ json }: { json?: boolean }) => {
      const checks = await examine(deps.checks)
      const exitCode = isFit(checks) ? exitCodes.pass : exitCodes.invalid
      const text = [...checks.map(asText), '', conclusion(checks)].join('\n')
      if (json) stdout.write(`${JSON.stringify({ checks, exitCode }, null, 2)}\n`)
      else stdout.write(`${isPlain(stdout, env) ? text : withColoredMarks(text)}\n`)
      end(exitCode)
    })
}

function asText(diagnosis: Diagnosis): string {
  const { name, found, fix } = diagnosis
  return `${markOf(diagnosis)} ${name}: ${found}${fix === undefined ? '' : `\n    fix: ${fix}`}`
}

function conclusion(checks: readonly Diagnosis[]): string {
  if (!isFit(checks)) return 'keyrace cannot run here: mend what is marked with ✗.'
  const isWeakened = checks.some(({ status }) => status === 'warning')
  return `keyrace can run here${isWeakened ? '; what is marked with ! weakens what a run proves' : ''}.`
}
