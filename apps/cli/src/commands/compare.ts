import { type Command, Option } from 'commander'
import { changeText } from '../compare/change-text.ts'
import { obstacles, remarks } from '../compare/comparability.ts'
import { compareRuns, nothingCompared } from '../compare/compare-runs.ts'
import type { Deps } from '../deps.ts'
import { examplesOf, exitCodeTable } from '../help.ts'
import { readStoredRun } from '../stored-run.ts'
import { share } from '../values.ts'

interface CompareOptions {
  readonly margin: number
  readonly force?: boolean
  readonly json?: boolean
}

const margin = new Option('--margin <percent>', 'what counts as a difference')
  .argParser(share)
  .default(0.1, '10%')

/** `keyrace compare <before> <after>` */
export function compareCommand(
  program: Command,
  { process: { stdout, stderr } }: Deps,
  end: (exitCode: number) => void,
): void {
  program
    .command('compare')
    .description('two stored runs: what became slower, and what became wrong')
    .argument('<before>', 'the folder of a run, or its run.json')
    .argument('<after>', 'the folder of another')
    .addOption(margin)
    .option('--force', 'compare runs of different machines or sizes all the same')
    .option('--json', 'print JSON, and nothing else, on standard output')
    .addHelpText('after', `${examplesOf('compare')}\n${exitCodeTable}`)
    .action(async (...[earlier, later, options]: [string, string, CompareOptions]) => {
      const [before, after] = [await readStoredRun(earlier), await readStoredRun(later)]
      const differing = obstacles(before, after)
      const also = remarks(before, after)
      const isRefused = differing.length > 0 && options.force !== true
      const { margin } = options
      const change = isRefused ? nothingCompared(margin) : compareRuns({ before, after, margin })
      if (options.json) {
        const printed = { before: earlier, after: later, differing, also, ...change }
        stdout.write(`${JSON.stringify(printed, null, 2)}\n`)
      } else {
        for (const line of told(differing, also)) stderr.write(`${line}\n`)
        if (isRefused) stderr.write('Nothing was compared: --force compares them all the same.\n')
        else stdout.write(changeText(change, stdout.columns ?? 80))
      }
      end(change.exitCode)
    })
}

function told(differing: readonly string[], also: readonly string[]): string[] {
  return [
    ...(differing.length > 0 ? [`The runs differ: ${differing.join('; ')}.`] : []),
    ...(also.length > 0 ? [`They may differ in what they do: ${also.join('; ')}.`] : []),
  ]
}
