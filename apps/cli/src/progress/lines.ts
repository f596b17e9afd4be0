import { advance, armText, nothingYet, type ProgressState } from './state.ts'
import type { View, ViewDeps } from './view.ts'

const shortestPauseMs = 1_000

/** A line for each phase; in between, at most one a second of how far things are, and one of what was seen. */
export function createLines({ output, clock }: ViewDeps): View {
  let state = nothingYet
  const quietUntil = { sum: 0, sight: 0 }

  return {
    show(event) {
      state = advance(state, event)
      if (event.kind === 'turn') return
      if (event.kind === 'phase') output.write(`${event.name}\n`)
      else if (event.kind === 'race') writeSeldom('sight', event.text)
      else writeSeldom('sum', sum(state))
    },
    end() {},
  }

  function writeSeldom(kind: keyof typeof quietUntil, text: string) {
    if (clock.now() < quietUntil[kind]) return
    quietUntil[kind] = clock.now() + shortestPauseMs
    output.write(`  ${text}\n`)
  }
}

function sum({ races, arms }: ProgressState): string {
  const parts = [...arms].map(([arm, event]) => `${arm} ${armText(event)}`)
  if (races !== undefined) parts.unshift(`${races.held} of ${races.planned} races held`)
  return parts.join('; ')
}
