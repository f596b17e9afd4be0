import type { Clock } from '@keyrace/environment'
import { duration, plural } from '@keyrace/report'
import { marks, type Tally } from '@keyrace/swarm'
import type { Output } from '../deps.ts'

/** How far a search is. */
export interface SwarmProgress {
  show(tally: Tally, elapsedMs: number): void
  end(): void
}

const pauseMs = { live: 200, plain: 2_000 }

/** A line that is written over itself on a terminal; a line every two seconds elsewhere. */
export function createSwarmProgress({
  output,
  clock,
  live,
}: {
  readonly output: Output
  readonly clock: Pick<Clock, 'now'>
  readonly live: boolean
}): SwarmProgress {
  let quietUntil = 0
  let isDrawn = false
  return {
    show(tally, elapsedMs) {
      if (clock.now() < quietUntil) return
      quietUntil = clock.now() + (live ? pauseMs.live : pauseMs.plain)
      const line = progressLine(tally, elapsedMs)
      output.write(live ? `\r${line.slice(0, (output.columns ?? 80) - 1)}\u001b[K` : `${line}\n`)
      isDrawn = live
    },
    end() {
      if (isDrawn) output.write('\r\u001b[K')
    },
  }
}

function progressLine(tally: Tally, elapsedMs: number): string {
  const perSecond = Math.round(tally.seeds / (Math.max(1, elapsedMs) / 1_000))
  const seen = Object.keys(tally.marks).length
  const broken = Object.values(tally.broken).reduce((sum, count) => sum + count, 0)
  return [
    duration(elapsedMs),
    `${plural(tally.seeds, 'seed')} (${perSecond}/s)`,
    plural(tally.pushes, 'push', 'pushes'),
    `${seen} of ${Object.keys(marks).length} marks`,
    broken === 0 ? 'nothing broken' : `${plural(broken, 'violation')}`,
  ].join(', ')
}
