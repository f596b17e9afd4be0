import { pushPhases, type Run } from '@keyrace/contracts'
import { milliseconds } from '../../quantities.ts'
import { html, type Markup } from './markup.ts'
import { figuresTable } from './table.ts'

/** Where the time of a push goes: the median of each phase. */
export function phasesTable({ arms }: Run): Markup {
  const rows = pushPhases.map((phase) => ({
    title: phase === 'keyExchange' ? 'key exchange' : phase,
    cells: arms.map((arm) => milliseconds(arm.latencyMs.phases[phase].p50)),
  }))
  const names = arms.map((arm) => arm.name)
  return html`${figuresTable('Phases of a push, p50 in ms', names, [{ rows }])}
<p class="note">Medians of phases do not add up to the median of the whole.</p>`
}
