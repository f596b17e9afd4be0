import type { ArmResult, Run } from '@keyrace/contracts'
import { racedMutations, type TestedClaim, testedClaims } from '../../claimed.ts'
import { duration } from '../../quantities.ts'
import { isRaced, judgedArms } from '../../verdict.ts'
import { type Markup, markup } from '../markup.ts'

/** How long after a mutation each arm was still wrong about it, beside how long it said it might be. */
export function stalenessBars(run: Run): Markup | undefined {
  const mutations = racedMutations(run)
  if (!isRaced(run) || mutations.length === 0) return undefined
  const bars = judgedArms(run).flatMap((arm) =>
    testedClaims(arm).map((tested) => ({ arm, tested })),
  )
  const scaleMs = Math.max(
    1,
    ...bars.flatMap(({ tested }) => [tested.bound.ms ?? 0, tested.possibleMs ?? 0]),
  )
  const [mutation = ''] = mutations
  const title = `Worst staleness after ${mutations.length === 1 ? `“${mutation}”` : 'each mutation'}, against the claim`
  return markup`<div class="scroll" role="region" tabindex="0" aria-label="${title}">
<table class="bars">
<caption>${title}</caption>
<thead><tr><td></td><th scope="col" class="bar"><span class="hidden">Drawn</span></th><th scope="col">Certain</th><th scope="col">Claim</th><th scope="col">Possible</th></tr></thead>
<tbody>
${bars.map((bar) => row(bar, { scaleMs, isNamed: mutations.length > 1 }))}</tbody>
</table>
</div>
<p class="note">Certain: proven by what clients saw. Possible: the most that it may have been. The tick is the claim.</p>`
}

interface Bar {
  readonly arm: ArmResult
  readonly tested: TestedClaim
}

function row(
  { arm, tested }: Bar,
  { scaleMs, isNamed }: { readonly scaleMs: number; readonly isNamed: boolean },
): Markup {
  const { mutation, bound, certainMs, possibleMs } = tested
  const kind = isNamed ? markup`<small>${mutation}</small>` : undefined
  const claim =
    bound.ms === null ? markup`unbounded<small>${bound.formula}</small>` : duration(bound.ms)
  return markup`<tr><th scope="row">${arm.name}${kind}</th><td class="bar">${drawn(tested, scaleMs)}</td><td>${duration(certainMs)}</td><td>${claim}</td><td>${duration(possibleMs)}</td></tr>
`
}

/** A bullet graph over 1000 units, stretched to the cell. The row says the same in numbers. */
function drawn({ bound, certainMs, possibleMs }: TestedClaim, scaleMs: number): Markup {
  const x = (ms: number | null) => Math.round(((ms ?? 0) / scaleMs) * 990)
  const tone = bound.ms !== null && (certainMs ?? 0) > bound.ms ? 'beyond' : 'within'
  return markup`<svg viewBox="0 0 1000 20" preserveAspectRatio="none" aria-hidden="true">
<line x1="0" y1="10" x2="1000" y2="10" class="track"/>
<rect y="5" height="10" width="${x(possibleMs)}" class="${tone} possible"/>
<rect y="5" height="10" width="${x(certainMs)}" class="${tone}"/>
${bound.ms === null ? undefined : markup`<rect x="${x(bound.ms)}" width="5" height="20" class="claim"/>`}
</svg>`
}
