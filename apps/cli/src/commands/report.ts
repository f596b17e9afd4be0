import { writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { type FormatName, formats, recordFiles, reportFiles } from '@keyrace/report'
import { SetupError } from '@keyrace/testbed'
import type { Command } from 'commander'
import type { Deps } from '../deps.ts'
import { examplesOf } from '../help.ts'
import { unknown } from '../nearest.ts'
import { readStoredRun } from '../stored-run.ts'
import { UsageError } from '../usage-error.ts'

interface ReportOptions {
  readonly format: string
  readonly out?: string
}

/** Where a format goes unless somebody says otherwise: into the folder of the run. */
const fileNames: Readonly<Record<FormatName, string>> = {
  html: reportFiles.page,
  md: reportFiles.summary,
  junit: reportFiles.junit,
  'github-benchmark': reportFiles.benchmark,
  k6: 'k6.json',
  bmf: 'bmf.json',
  hyperfine: 'hyperfine.json',
  hgrm: 'response.hgrm',
  jepsen: 'history.jepsen.ndjson',
  porcupine: 'history.porcupine.ndjson',
}

const described = Object.entries(formats)
  .map(([name, { description }]) => `  ${name.padEnd(16)}  ${description}`)
  .join('\n')

/** `keyrace report <run>` */
export function reportCommand(program: Command, { process: { stdout } }: Deps): void {
  program
    .command('report')
    .description('write a stored run in one of several formats')
    .argument('<run>', 'the folder of a run, or its run.json')
    .option('--format <name>', Object.keys(formats).join(', '), 'html')
    .option('--out <file>', 'where to; - is standard output (default: the folder of the run)')
    .addHelpText('after', `\nFormats:\n${described}\n${examplesOf('report')}`)
    .action(async (path: string, { format, out }: ReportOptions) => {
      if (!isFormat(format)) throw unknown('format', format, Object.keys(formats))
      const run = await readStoredRun(path)
      const text = formats[format].write(run)
      if (out === '-') return void stdout.write(text)
      const file = out ?? join(run.folder, fileNames[format])
      await write(file, text)
      stdout.write(`${file}\n`)
    })
}

function isFormat(name: string): name is FormatName {
  return Object.hasOwn(formats, name)
}

/** A report can be made again from the record, and the record from nothing: its files are never written. */
async function write(file: string, text: string): Promise<void> {
  if (Object.values<string>(recordFiles).includes(basename(file))) {
    throw new UsageError(`${file} is where a run keeps its record: choose another --out`)
  }
  await writeFile(file, text).catch((error) => {
    throw new SetupError('report', `cannot write ${file} (${error.message}): choose another --out`)
  })
}
