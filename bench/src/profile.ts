import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { realClock } from '@keyrace/environment/real'
import { plainTable } from '@keyrace/report'
import { blockOrder, distribution } from '@keyrace/statistics'
import { type Lane, runBlock, type Workload } from './block.ts'
import { phases, type TimedPush } from './clients/client.ts'
import { ssh2 } from './clients/ssh2.ts'
import { type CpuProfile, type SelfTime, selfTimes } from './cpu-profile.ts'
import type { Goal } from './goals.ts'
import type { Section } from './section.ts'

export interface GoalProfile {
  readonly goal: string
  /** What is printed of it, and written beside the profile. */
  readonly text: string
}

const pushesInAll = 64
const turns = 4
const warmUpPushes = 5
const hottest = 10

/**
 * Where the time of a goal goes: the phases of pushes by our own client to both sides, and the functions
 * in which a fresh process of the first one spends its time (`*.cpuprofile`, for any browser).
 */
export async function profileGoal(
  goal: Goal,
  sections: readonly Section[],
  { out, signal }: { readonly out: string; readonly signal: AbortSignal },
): Promise<GoalProfile> {
  const section = sections.find(({ name }) => name === goal.section)
  const [a, b] = [goal.a, goal.b].map((name) => section?.lanes.find((lane) => lane.name === name))
  if (section === undefined || a === undefined || b === undefined) {
    throw new Error(`${goal.id} is about lanes that were not measured`)
  }
  const { clients } = section.workload
  const workload = { client: ssh2, clients, pushesEach: pushesInAll / clients }
  const folder = join(out, 'profiles', goal.id)
  await mkdir(folder, { recursive: true })
  const phaseTimes = await timePhases([a, b], workload, signal)
  const hot = await profileCpu(a, workload, { folder, signal })
  const text = [
    `Profile of: ${goal.text} (median ms of a phase, ${clients} at once)`,
    phaseTable(phaseTimes),
    `Self time of ${a.name} (main thread, ms per push); the whole of it is in ${relative('', folder)}`,
    selfTimeTable(hot),
  ].join('\n')
  await writeFile(join(folder, 'summary.txt'), `${text}\n`)
  return { goal: goal.id, text }
}

/** In turns, as they were measured. */
async function timePhases(
  lanes: readonly Lane[],
  workload: Workload,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, readonly TimedPush[]>> {
  const pushes = new Map<string, TimedPush[]>(lanes.map(({ name }) => [name, []]))
  const short = { ...workload, pushesEach: workload.pushesEach / turns }
  for (let turn = 1; turn <= turns; turn++) {
    for (const lane of blockOrder(lanes, turn)) {
      pushes.get(lane.name)?.push(...(await runBlock(lane, short, signal)).pushes)
    }
  }
  return pushes
}

function phaseTable(sides: ReadonlyMap<string, readonly TimedPush[]>): string {
  const rows = [...sides].map(([name, pushes]) => [
    name,
    ...phases.map((phase) => {
      const { p50 } = distribution(pushes.map((push) => push.phases?.[phase] ?? Number.NaN))
      return (p50 ?? Number.NaN).toFixed(2)
    }),
  ])
  return plainTable(['', ...phases], rows)
}

/** Self time per push, the hottest first; what happened before the pushes is left out. */
async function profileCpu(
  lane: Lane,
  workload: Workload,
  { folder, signal }: { readonly folder: string; readonly signal: AbortSignal },
): Promise<SelfTime[]> {
  const { site, contender } = lane
  const server = await contender.start({
    ...site,
    folder: join(site.folder, 'profiled'),
    nodeOptions: `--cpu-prof --cpu-prof-dir="${folder}"`,
  })
  const profiled = { ...lane, server }
  const span = await pushTimed(profiled, workload, signal).finally(() => server.stop())
  return selfTimes(await readProfile(folder), span)
}

/** When the pushes were made that count, and how many they were. */
async function pushTimed(lane: Lane, workload: Workload, signal: AbortSignal) {
  await runBlock(lane, { ...workload, pushesEach: warmUpPushes }, signal)
  const from = realClock.now()
  const { pushes } = await runBlock(lane, workload, signal)
  return { from, to: realClock.now(), pushes: pushes.length }
}

async function readProfile(folder: string): Promise<CpuProfile> {
  const file = (await readdir(folder)).find((name) => name.endsWith('.cpuprofile'))
  if (file === undefined) throw new Error(`no profile was written to ${folder}`)
  return JSON.parse(await readFile(join(folder, file), 'utf8'))
}

function selfTimeTable(times: readonly SelfTime[]): string {
  const rows = times.slice(0, hottest).map(({ name, ms }) => [name, ms.toFixed(3)])
  return plainTable(['function', 'ms'], rows)
}
