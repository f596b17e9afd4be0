import { advance, armText, nothingYet, type ProgressState } from './state.ts'
import type { View, ViewDeps } from './view.ts'

const shortestPauseMs = 1_000

/** A line for each phase, and in between at most one a second that says how far things are. */
export function createLines({ output, clock }: ViewDeps): View {
  let state = nothingYet
  let quietUntil = 0

  return {
    show(event) {
      state = advance(state, event)
      if (event.kind !== 'phase' && clock.now() < quietUntil) return
      quietUntil = clock.now() + shortestPauseMs
      output.write(
        `${event.kind === 'phase' || event.kind === 'race' ? told(event) : sum(state)}\n`,
      )
    },
    end() {},
  }
}

function told(event: { readonly name: string } | { readonly text: string }): string {
  return 'name' in event ? event.name : `  ${event.text}`
}

function sum({ races, arms }: ProgressState): string {
  const parts = [...arms].map(([arm, event]) => `${arm} ${armText(event)}`)
  if (races !== undefined) parts.unshift(`${races.held} of ${races.planned} races held`)
  return `  ${parts.join('; ')}`
}
