import { styleText } from 'node:util'
import { exitCodes } from '@keyrace/contracts'
import type { Command } from 'commander'
import type { Deps } from '../deps.ts'
import type { Diagnosis } from '../doctor/check.ts'
import { examine, isFit } from '../doctor/examine.ts'
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
      const color = !isPlain(stdout, env)
      const text = json
        ? JSON.stringify({ checks, exitCode }, null, 2)
        : [...checks.map((check) => asText(check, color)), '', conclusion(checks)].join('\n')
      stdout.write(`${text}\n`)
      end(exitCode)
    })
}

const marks = { ok: ['✓', 'green'], warning: ['!', 'yellow'], failure: ['✗', 'red'] } as const

function asText({ name, status, found, fix }: Diagnosis, color: boolean): string {
  const [sign, hue] = marks[status]
  const mark = color ? styleText(hue, sign, { validateStream: false }) : sign
  return `${mark} ${name}: ${found}${fix === undefined ? '' : `\n    fix: ${fix}`}`
}

function conclusion(checks: readonly Diagnosis[]): string {
  if (!isFit(checks)) return 'keyrace cannot run here: mend what is marked with ✗.'
  const isWeakened = checks.some(({ status }) => status === 'warning')
  return `keyrace can run here${isWeakened ? '; what is marked with ! weakens what a run proves' : ''}.`
}
