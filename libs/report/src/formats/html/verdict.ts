import type { Run } from '@keyrace/contracts'
import {
  correctnessSentence,
  costSentence,
  furtherReasons,
  headline,
  latencyCaveat,
} from '../../verdict.ts'
import { html, type Markup } from './markup.ts'

/** The first screen: what came out, in sentences. */
export function verdict(run: Run): Markup {
  const { word, tone, sentence } = headline(run)
  const reasons = furtherReasons(run)
  const caveat = latencyCaveat(run)
  return html`<header>
<p class="where">keyrace <span>${run.scenario}</span> <span>${run.mode === 'sim' ? 'simulated' : run.mode}</span> <span>seed ${run.seed}</span></p>
<h1><span class="word ${tone}">${word}</span> ${sentence}</h1>
${reasons.length > 0 ? html`<ul>${reasons.map((reason) => html`<li>${reason}</li>`)}</ul>` : undefined}
<p>${correctnessSentence(run)}</p>
<p>${costSentence(run)}</p>
${caveat === undefined ? undefined : html`<p class="caveat">${caveat}</p>`}
</header>`
}
