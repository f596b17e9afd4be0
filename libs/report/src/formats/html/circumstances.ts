import type { Run } from '@keyrace/contracts'
import { count, duration } from '../../quantities.ts'
import { recordFiles } from '../../record.ts'
import { replayCommand } from '../../verdict.ts'
import { html, type Markup } from './markup.ts'

/** What ran where, how to run it again, and the files to recount it from. */
export function circumstances(run: Run): Markup {
  return html`<section>
<h2>Circumstances</h2>
<dl>
${Object.entries(facts(run)).map(
  ([term, fact]) => html`<div><dt>${term}</dt><dd>${fact}</dd></div>
`,
)}</dl>
<h2>Run it again</h2>
<pre tabindex="0"><code>${replayCommand(run)}</code></pre>
<p class="note">Recount it from the files beside this page: ${Object.values(recordFiles).map(
    (name) => html`<a href="${name}">${name}</a> `,
  )}</p>
</section>`
}

function facts({ topology, environment, ...run }: Run): Record<string, string> {
  const { replicas, users, keysPerUser, apps, database, repositories, lock, serviceTimeMs } =
    topology
  const { node, git, ssh, platform, cpu, cores, memoryMb, loadAverage, nativeCrypto } = environment
  return {
    Builders: `${replicas}, ${repositories} repositories, ${lock} lock`,
    Fixture: `${count(users)} users × ${count(keysPerUser)} keys, ${count(apps)} apps`,
    Controller: `${database} database, service time ${duration(serviceTimeMs)}`,
    'Commit check': run.commitCheck,
    Required: run.require,
    Started: run.startedAt.replace('T', ' ').replace(/\.\d+Z$/, ' UTC'),
    Took: `${duration(run.durationMs)}${run.mode === 'sim' ? ' of virtual time' : ''}`,
    Machine: `${cpu}, ${cores} cores, ${(memoryMb / 1_024).toFixed(1)} GiB, ${platform}`,
    Load: loadAverage.map((load) => load.toFixed(2)).join(' '),
    Software: `Node ${node}, ${git}${ssh === null ? '' : `, ${ssh}`}`,
    Cryptography: nativeCrypto ? 'native' : 'JavaScript: latency is unproven',
    Run: run.runId,
  }
}
