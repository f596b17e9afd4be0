import type { PlannedFault, SwarmPlan } from '@keyrace/contracts'
import { least } from './least.ts'
import type { Search } from './search.ts'

/** Takes out time in which nothing is planned, and lets faults end sooner: what is left are round numbers. */
export async function shorterTimes(search: Search): Promise<void> {
  for (let index = 0; index < timesOf(search.plan()).length; index++) {
    await shortenGap(search, index)
  }
  for (const { id } of search.plan().faults) await shortenFault(search, id)
}

/** The one before the time of this index; the first begins at zero. */
async function shortenGap(search: Search, index: number): Promise<void> {
  const plan = search.plan()
  const times = timesOf(plan)
  const [from, to] = [times[index - 1] ?? 0, times[index] ?? 0]
  await least(to - from, (gap) => search.accepts(withoutStretch(plan, from + gap, to)))
}

async function shortenFault(search: Search, id: string): Promise<void> {
  const plan = search.plan()
  const { fromMs, toMs } = plan.faults.find((fault) => fault.id === id) as PlannedFault
  await least(toMs - fromMs, (ms) =>
    search.accepts({
      ...plan,
      faults: plan.faults.map((fault) =>
        fault.id === id ? { ...fault, toMs: rounded(fromMs + ms) } : fault,
      ),
    }),
  )
}

/** All times that a plan speaks of, each once, in order. */
function timesOf({ operations, faults }: SwarmPlan): number[] {
  const times = [
    ...operations.map(({ atMs }) => atMs),
    ...faults.flatMap(({ fromMs, toMs }) => [fromMs, toMs]),
  ]
  return [...new Set(times)].toSorted((a, b) => a - b)
}

/** What comes after the stretch moves up to where it began. */
function withoutStretch(plan: SwarmPlan, from: number, to: number): SwarmPlan {
  const moved = (at: number) => (at >= to ? rounded(at - (to - from)) : at)
  return {
    ...plan,
    operations: plan.operations.map((one) => ({ ...one, atMs: moved(one.atMs) })),
    faults: plan.faults.map((one) => ({
      ...one,
      fromMs: moved(one.fromMs),
      toMs: moved(one.toMs),
    })),
  }
}

/** To a nanosecond: what is left over is the error of the subtraction. */
function rounded(ms: number): number {
  return Math.round(ms * 1e6) / 1e6
}
