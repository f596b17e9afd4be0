import { duration, plural } from '../../quantities.ts'
import { recordFiles, worldFiles } from '../../record.ts'
import type { WorldRecord } from '../../write-world.ts'
import { markup } from '../markup.ts'
import { htmlDocument } from './document.ts'
import { timeline } from './timeline/timeline.ts'

const files = [recordFiles.plan, recordFiles.history, worldFiles.trace, worldFiles.replay]

/** One simulated world as a page. */
export function worldReport({ plan, history, violations, replay }: WorldRecord): string {
  const isBroken = replay.verdict === 'fail'
  const [word, tone] = isBroken ? ['FAIL', 'bad'] : ['PASS', 'good']
  const found = isBroken
    ? `${plan.strategy} was convicted of ${plural(violations.length, 'violation')}.`
    : `${plan.strategy} broke nothing.`
  const { hash, events, virtualMs } = replay.trace
  return htmlDocument(
    `${word} · ${plan.strategy} · seed ${plan.seed} · keyrace`,
    markup`<header>
<p class="where">keyrace <span>one simulated world</span> <span>${plan.system}</span> <span>seed ${plan.seed}</span></p>
<h1><span class="word ${tone}">${word}</span> ${found}</h1>
<ol class="story">${replay.story.map((line) => markup`<li>${line}</li>`)}</ol>
</header>
${timeline(history, violations)}
<section>
<h2>Run it again</h2>
<pre tabindex="0" class="replay"><code>npx ${replay.replay}</code></pre>
<p class="note">Trace ${hash}: ${plural(events, 'event')} in ${duration(virtualMs)} of virtual time. The files beside this page: ${files.map((name) => markup`<a href="${name}">${name}</a> `)}</p>
</section>`,
  )
}
