import type { Comparison, Control, Run } from '@keyrace/contracts'
import { generatorSentence } from '../../generator-sentence.ts'
import { plural, ratioWithin, serviceTime, signed } from '../../quantities.ts'
import { words } from '../../words.ts'
import { type Markup, markup } from '../markup.ts'

/** Each pair of arms, and under them what shows whether the machine held still meanwhile. */
export function comparisons(run: Run): Markup | undefined {
  if (run.comparisons.length === 0) return undefined
  const { aa, untouchedPhases } = run.controls
  const generator = generatorSentence(run.controls)
  const scale = scaleOf(run)
  const margin = run.comparisons[0]?.margin ?? 0
  const title = 'One strategy against another'
  return markup`<section>
<h2>${title}</h2>
<div class="scroll" role="region" tabindex="0" aria-label="${title}">
<table class="bars compared">
<thead><tr><td></td><th scope="col" class="bar"><span class="hidden">Drawn</span></th><th scope="col">Verdict</th><th scope="col">Ratio</th><th scope="col">Difference</th></tr></thead>
<tbody>
${run.comparisons.map((one) => comparisonRow(one, scale))}</tbody>
<tbody>
<tr class="group"><th scope="rowgroup" colspan="5">Controls: nothing here should differ</th></tr>
${aa.map((twin) => controlRow(`${twin.b} / its twin`, '', twin, scale))}
${untouchedPhases.map((one) => controlRow(`${one.a} / ${one.b}`, `${words(one.phase)} `, one, scale))}</tbody>
</table>
</div>
<p class="note">Medians of response times, pair by pair of neighbouring blocks. Left of the middle is faster. In the band of ±${Math.round(margin * 100)} % two strategies count as equivalent.</p>
${doubts(run)}
${generator === undefined ? undefined : markup`<p class="note">${generator}</p>`}
</section>`
}

function comparisonRow(comparison: Comparison, scale: Scale): Markup {
  const { a, b, serviceTimeMs, ratio, ci95, difference, pairs, verdict } = comparison
  return markup`<tr>${heading(`${a} / ${b}`, `at ${serviceTime(serviceTimeMs)}, ${plural(pairs, 'pair')}`)}<td class="bar">${intervalBar(comparison, scale)}</td><td class="${tones[verdict]}">${verdict}</td><td class="ratio">${ratioWithin(ratio, null)}<small>${ends(ci95)}</small></td><td>${difference ? `${signed(difference.mean)} ms` : '—'}<small>${difference?.ci95.map(signed).join(' … ')}</small></td></tr>
`
}

function heading(arms: string, detail: string): Markup {
  return markup`<th scope="row">${arms}<small>${detail}</small></th>`
}

const tones = {
  better: 'good',
  equivalent: 'good',
  worse: 'bad',
  inconclusive: 'doubtful',
  unproven: 'doubtful',
} as const

function controlRow(arms: string, phase: string, control: Control, scale: Scale): Markup {
  const { serviceTimeMs, ratio, ci95, ok } = control
  const standing = ok ? markup`<td>steady</td>` : markup`<td class="doubtful">moved</td>`
  return markup`<tr>${heading(arms, `${phase}at ${serviceTime(serviceTimeMs)}`)}<td class="bar">${intervalBar(control, scale)}</td>${standing}<td class="ratio">${ratioWithin(ratio, null)}<small>${ends(ci95)}</small></td><td></td></tr>
`
}

function ends(ci95: Control['ci95']): string | undefined {
  return ci95?.map((end) => end.toFixed(2)).join(' … ')
}

interface Scale {
  /** From 0 to 1000, with no change at 500. */
  readonly x: (ratio: number) => number
  readonly margin: number
}

/** In logarithms, so that half the time and twice the time are as far from the middle. */
function scaleOf({ comparisons, controls }: Run): Scale {
  const margin = comparisons[0]?.margin ?? 0
  const shown = [...comparisons, ...controls.aa, ...controls.untouchedPhases]
  const ends = shown.flatMap(({ ratio, ci95 }) => ci95 ?? ratio ?? 1)
  const widest = Math.max(...ends.map((end) => Math.abs(Math.log(end))), 1.5 * Math.log(1 + margin))
  // A wild control must not squeeze all others into the middle.
  const reach = Math.min(widest, Math.log(4))
  const x = (ratio: number) => 500 + 490 * Math.max(-1, Math.min(1, Math.log(ratio) / reach))
  return { x, margin }
}

function intervalBar(
  { ratio, ci95 }: Pick<Control, 'ratio' | 'ci95'>,
  { x, margin }: Scale,
): Markup | undefined {
  if (ratio === null) return undefined
  const [low, high] = (ci95 ?? [ratio, ratio]).map(x) as [number, number]
  const [from, to] = [x(1 / (1 + margin)), x(1 + margin)]
  return markup`<svg viewBox="0 0 1000 20" preserveAspectRatio="none" aria-hidden="true">
<rect x="${from}" width="${to - from}" height="20" class="band"/>
<line x1="500" x2="500" y2="20" class="track"/>
<rect x="${low}" y="7" width="${Math.max(2, high - low)}" height="6" class="within possible"/>
<rect x="${x(ratio) - 4}" y="3" width="8" height="14" class="within"/>
</svg>`
}

/** Why a verdict was withheld, and what would bring one. */
function doubts({ comparisons }: Run): Markup | undefined {
  const sentences = comparisons.flatMap(({ a, b, serviceTimeMs, verdict, reasons, morePairs }) => {
    const subject = `${a} / ${b} at ${serviceTime(serviceTimeMs)}`
    if (verdict === 'unproven') return [`${subject} is unproven: ${reasons.join('; ')}.`]
    if (verdict !== 'inconclusive' || morePairs === null) return []
    return [`${subject} needs about ${plural(morePairs, 'more pair')} to be decided.`]
  })
  return sentences.length === 0
    ? undefined
    : markup`<ul class="doubts">${sentences.map((sentence) => markup`<li>${sentence}</li>`)}</ul>`
}
