import type { ArmResult, Run } from '@keyrace/contracts'
import { claimedStalenessMs, claimedText } from '../../claimed.ts'
import { duration } from '../../quantities.ts'
import { isRaced, judgedArms } from '../../verdict.ts'
import { type Markup, markup } from '../markup.ts'

/** How long after a revocation each arm still let pushes in, beside how long it said it might. */
export function stalenessBars(run: Run): Markup | undefined {
  if (!isRaced(run)) return undefined
  const arms = judgedArms(run)
  const scaleMs = Math.max(
    1,
    ...arms.flatMap((arm) => [claimedStalenessMs(arm) ?? 0, possible(arm)]),
  )
  return markup`<div class="scroll" role="region" tabindex="0" aria-label="Worst staleness against the claim">
<table class="bars">
<caption>Worst staleness after a revocation, against the claim</caption>
<thead><tr><td></td><th scope="col" class="bar"><span class="hidden">Drawn</span></th><th scope="col">Certain</th><th scope="col">Claim</th><th scope="col">Possible</th></tr></thead>
<tbody>
${arms.map((arm) => row(arm, scaleMs))}</tbody>
</table>
</div>
<p class="note">Certain: proven by what clients saw. Possible: the most that it may have been. The tick is the claim.</p>`
}

function row(arm: ArmResult, scaleMs: number): Markup {
  const { certain, possible } = arm.correctness.measuredStalenessMs.revocation
  return markup`<tr><th scope="row">${arm.name}</th><td class="bar">${bar(arm, scaleMs)}</td><td>${duration(certain)}</td><td>${claimedText(arm)}</td><td>${duration(possible)}</td></tr>
`
}

/** A bullet graph over 1000 units, stretched to the cell. The row says the same in numbers. */
function bar(arm: ArmResult, scaleMs: number): Markup {
  const x = (ms: number) => Math.round((ms / scaleMs) * 990)
  const claimedMs = claimedStalenessMs(arm)
  const tone = claimedMs !== null && certain(arm) > claimedMs ? 'beyond' : 'within'
  return markup`<svg viewBox="0 0 1000 20" preserveAspectRatio="none" aria-hidden="true">
<line x1="0" y1="10" x2="1000" y2="10" class="track"/>
<rect y="5" height="10" width="${x(possible(arm))}" class="${tone} possible"/>
<rect y="5" height="10" width="${x(certain(arm))}" class="${tone}"/>
${claimedMs === null ? undefined : markup`<rect x="${x(claimedMs)}" width="5" height="20" class="claim"/>`}
</svg>`
}

function certain({ correctness }: ArmResult): number {
  return correctness.measuredStalenessMs.revocation.certain ?? 0
}

function possible({ correctness }: ArmResult): number {
  return correctness.measuredStalenessMs.revocation.possible ?? 0
}
