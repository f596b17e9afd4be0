import type { Run } from '@keyrace/contracts'
import { answerOf } from '../../answer.ts'
import { furtherReasons, headline } from '../../verdict.ts'
import { type Markup, markup } from '../markup.ts'

/** The first screen: what came out, in sentences. */
export function verdict(run: Run): Markup {
  const { word, tone, sentence } = headline(run)
  const reasons = furtherReasons(run)
  return markup`<header>
<p class="where">keyrace <span>${run.scenario}</span> <span>${run.mode === 'sim' ? 'simulated' : run.mode}</span> <span>seed ${run.seed}</span></p>
<h1><span class="word ${tone}">${word}</span> ${sentence}</h1>
${reasons.length > 0 ? markup`<ul>${reasons.map((reason) => markup`<li>${reason}</li>`)}</ul>` : undefined}
<div class="answer">${answerOf(run).map((sentence) => markup`<p>${sentence}</p>`)}</div>
</header>`
}
