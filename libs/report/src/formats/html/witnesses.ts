import type { Run, Witness } from '@keyrace/contracts'
import { html, type Markup } from './markup.ts'

const mostPerArm = 20

/** The operations that show the worst of each arm, for a person to check in the history. */
export function witnesses(run: Run): Markup | undefined {
  const told = run.arms.flatMap((arm) =>
    arm.correctness.witnesses.slice(0, mostPerArm).map((witness) => item(arm.name, witness)),
  )
  if (told.length === 0) return undefined
  return html`<section>
<h2>Witnesses</h2>
<ul class="witnesses">
${told}</ul>
</section>`
}

function item(arm: string, { invariant, beyondClaim, story, events }: Witness): Markup {
  const standing = beyondClaim
    ? html`<span class="bad">beyond the claim</span>`
    : 'within the claim'
  return html`<li><p>${story}</p><p class="note">${arm}, ${invariant}, ${standing}; history rows ${events.join(', ')}</p></li>
`
}
