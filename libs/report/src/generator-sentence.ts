import type { Controls } from '@keyrace/contracts'
import { percent, serviceTime } from './quantities.ts'

/** Did the load generator do what it was asked for? Undefined in a closed loop, where nothing was. */
export function generatorSentence({ generator }: Controls): string | undefined {
  if (generator.length === 0) return undefined
  const late = generator.filter(({ ok }) => !ok)
  if (late.length > 0)
    return `The load generator did not keep its schedule: ${late.map(fault).join('; ')}.`
  const least = Math.min(...generator.map(({ achievedShare }) => achievedShare))
  const most = Math.max(...generator.map(({ lagShare }) => lagShare))
  return `The load generator kept its schedule: at least ${percent(least)} of the pushes per second, at most ${percent(most)} of a push late.`
}

function fault({ arm, serviceTimeMs, achievedShare, lagShare }: Controls['generator'][number]) {
  return `${arm} at ${serviceTime(serviceTimeMs)} got ${percent(achievedShare)} of its pushes per second, ${percent(lagShare)} of a push late`
}
