import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { runKeyrace } from './keyrace.ts'
import { messagesOfPush } from './push.ts'

export interface MemoryFigures {
  readonly events: number
  /** The most that was resident, history included. */
  readonly maxRssMiB: number
}

const program = fileURLToPath(import.meta.url)

/** Runs so many events in a process of their own, where nothing else takes memory. */
export async function measureMemory(events: number, signal: AbortSignal): Promise<MemoryFigures> {
  const { stdout } = await promisify(execFile)(process.execPath, [program, `${events}`], { signal })
  return JSON.parse(stdout)
}

async function main(events: number): Promise<void> {
  const trace = await runKeyrace(Math.ceil(events / messagesOfPush))
  const { maxRSS } = process.resourceUsage()
  const figures: MemoryFigures = { events: trace.events, maxRssMiB: maxRSS / 1024 }
  process.stdout.write(JSON.stringify(figures))
}

if (process.argv[1] === program) await main(Number(process.argv[2]))
