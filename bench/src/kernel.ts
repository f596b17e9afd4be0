import { describeEnvironment } from '@keyrace/testbed'
import { Command } from 'commander'
import { type Frame, runFramed } from './frame.ts'
import { lanes } from './kernel/lanes.ts'
import { measureMemory } from './kernel/memory.ts'
import { createKernelReport, type KernelReport, kernelText } from './kernel/report.ts'
import { measureLanes } from './kernel/rounds.ts'
import { longest, outFolder, parseCount, parseDuration } from './options.ts'

interface KernelOptions {
  readonly rounds: number
  readonly longest: number
  readonly smoke: boolean
  readonly json: boolean
  readonly strict: boolean
  readonly out: string
}

interface Size {
  readonly rounds: number
  /** Of the pushes of a block. */
  readonly share: number
  /** Of which the memory is measured. */
  readonly events: number
}

/** Whether it runs at all. */
const smoke: Size = { rounds: 2, share: 0.01, events: 10_000 }

async function createReport(
  { signal, tell }: Frame,
  options: KernelOptions,
): Promise<KernelReport> {
  const full: Size = { rounds: options.rounds, share: 1, events: 10_000_000 }
  const { rounds, share, events } = options.smoke ? smoke : full
  const environment = describeEnvironment()
  const measured = await measureLanes(lanes, {
    ...{ rounds, share, longest: options.longest, signal, tell },
  })
  tell(`memory of ${events.toLocaleString('en')} events`)
  const memory = await measureMemory(events, signal)
  return createKernelReport(environment, measured, memory)
}

const options = new Command('bench:kernel')
  .description('A push of eight messages and no work: on our kernel, and on what others have.')
  .option('--rounds <n>', 'in which all are measured', parseCount, 20)
  .option('--longest <duration>', 'starts no round after this', parseDuration, longest)
  .option('--smoke', 'as little as shows that it runs; the figures mean nothing', false)
  .option('--json', 'print the report as JSON, and nothing else', false)
  .option('--strict', 'exit with 3 where a goal is missed', false)
  .option('--out <folder>', 'where the report goes', outFolder('kernel'))
  .parse()
  .opts<KernelOptions>()
process.exitCode = await runFramed(
  {
    name: 'kernel',
    unfit: () => undefined,
    create: (frame) => createReport(frame, options),
    text: kernelText,
    isMissed: ({ goals }) => options.strict && goals.some(({ verdict }) => verdict === 'missed'),
  },
  options,
)
