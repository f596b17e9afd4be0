import type { Cancel } from '@keyrace/environment'
import { advance, armText, nothingYet, type ProgressState } from './state.ts'
import type { View, ViewDeps } from './view.ts'

const shortestPauseMs = 100
const barWidth = 30

/** One block at the end of the terminal, drawn over itself at most ten times a second. */
export function createBlock({ output, clock }: ViewDeps): View {
  let state = nothingYet
  let drawnLines = 0
  let pending: Cancel | undefined

  return {
    show(event) {
      state = advance(state, event)
      pending ??= clock.timer(shortestPauseMs, draw)
    },
    end() {
      if (pending !== undefined) draw()
    },
  }

  function draw() {
    pending?.()
    pending = undefined
    const lines = blockLines(state, (output.columns ?? 80) - 1)
    const toBlockStart = drawnLines > 0 ? `\u001b[${drawnLines}A\u001b[0J` : ''
    output.write(`${toBlockStart}${lines.join('\n')}\n`)
    drawnLines = lines.length
  }
}

// A line that wraps would make the block taller than it counts.
function blockLines({ phase, arms, races, feed }: ProgressState, columns: number): string[] {
  const width = Math.max(0, ...[...arms.keys()].map((arm) => arm.length))
  const lines = [
    `${phase}${races === undefined ? '' : `  ${bar(races.held, races.planned)} races held`}`,
    ...[...arms].map(([arm, event]) => `  ${arm.padEnd(width)}  ${armText(event)}`),
    ...feed.map((text) => `  ${text}`),
  ]
  return lines.map((line) => cut(line.replace(/\p{Cc}/gu, ' '), columns))
}

function cut(line: string, columns: number): string {
  return line.length > columns ? `${line.slice(0, columns - 1)}…` : line
}

function bar(held: number, planned: number): string {
  const filled = planned === 0 ? 0 : Math.round((barWidth * Math.min(held, planned)) / planned)
  return `${'█'.repeat(filled)}${'░'.repeat(barWidth - filled)} ${held}/${planned}`
}
