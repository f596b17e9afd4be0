import type { HistoryEvent, SwarmPlan } from '@keyrace/contracts'
import type { Mark } from './formats/html/timeline/data.ts'
import { worldReport } from './formats/html/world-page.ts'
import { recordFiles, reportFiles, worldFiles } from './record.ts'
import { json, ndjson, writeFiles } from './write-files.ts'

/** A simulated world that was played, and what was found in it. */
export interface WorldRecord {
  readonly plan: SwarmPlan
  readonly history: readonly HistoryEvent[]
  /** Each event of the kernel, in milliseconds of virtual time. */
  readonly events: readonly { readonly t: number; readonly label: string }[]
  /** What was broken, worst first. */
  readonly violations: readonly Mark[]
  readonly replay: WorldReplay
}

/** What is to be the same whenever the plan is played. */
export interface WorldReplay {
  readonly kind: 'world'
  readonly trace: { readonly hash: string; readonly events: number; readonly virtualMs: number }
  readonly verdict: 'pass' | 'fail'
  readonly exitCode: number
  /** Invariant → how many times it was broken. */
  readonly violations: Readonly<Record<string, number>>
  /** For a person, line by line. */
  readonly story: readonly string[]
  /** The command that plays it again. */
  readonly replay: string
}

/** Writes a played world into a folder, and resolves to the paths. `replay.json` vouches for the rest. */
export function writeWorld(folder: string, world: WorldRecord): Promise<string[]> {
  return writeFiles(folder, {
    [recordFiles.plan]: [json(world.plan)],
    [recordFiles.history]: ndjson(world.history),
    [worldFiles.trace]: ndjson(world.events),
    [reportFiles.page]: [worldReport(world)],
    [worldFiles.replay]: [json(world.replay)],
  })
}
