import type { ArmResult, Run, Witness } from '@keyrace/contracts'
import { isBroken, tellingWitnesses } from '../../telling-witnesses.ts'
import { html, type Markup } from './markup.ts'

/** The operations that show the worst of each arm, for a person to check in the history. */
export function witnesses({ arms }: Run): Markup | undefined {
  const told = arms.flatMap((arm) => tellingWitnesses(arm).map((witness) => item(arm, witness)))
  if (told.length === 0) return undefined
  return html`<section>
<h2>Witnesses</h2>
<ul class="witnesses">
${told}</ul>
</section>`
}

function item(arm: ArmResult, witness: Witness): Markup {
  const { invariant, story, events } = witness
  const standing = isBroken(arm, witness)
    ? html`<span class="bad">broken</span>`
    : 'the worst, and within the claim'
  return html`<li><p>${story}</p><p class="note">${arm.name}, ${invariant}, ${standing}; history rows ${events.join(', ')}</p></li>
`
}
