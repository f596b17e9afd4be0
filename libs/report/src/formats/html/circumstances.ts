import type { Run } from '@keyrace/contracts'
import { count, duration, enumeration, plural, serviceTime } from '../../quantities.ts'
import { recordFiles } from '../../record.ts'
import { replayCommand } from '../../verdict.ts'
import { type Markup, markup } from '../markup.ts'

/** What ran where, how to run it again, and the files to recount it from. */
export function circumstances(run: Run): Markup {
  return markup`<section>
<h2>Circumstances</h2>
<dl>
${Object.entries(facts(run)).map(
  ([term, fact]) => markup`<div><dt>${term}</dt><dd>${fact}</dd></div>
`,
)}</dl>
<h2>Run it again</h2>
<pre tabindex="0" class="replay"><code>${replayCommand(run)}</code></pre>
<p class="note">Recount it from the files beside this page: ${Object.values(recordFiles).map(
    (name) => markup`<a href="${name}">${name}</a> `,
  )}</p>
</section>`
}

function facts({ topology, environment, ...run }: Run): Record<string, string> {
  const { replicas, users, keysPerUser, apps, database, repositories, lock } = topology
  const { client, target, workers, serviceTimesMs } = topology
  const { node, git, ssh, platform, cpu, cores, memoryMb, loadAverage, nativeCrypto } = environment
  return {
    Builders: `${replicas} for each arm, ${repositories} repositories, ${lock} lock`,
    Fixture: `${count(users)} users × ${count(keysPerUser)} keys, ${count(apps)} apps`,
    Controller: `${database} database, service time ${enumeration(serviceTimesMs.map(serviceTime))}`,
    Pushes: `by ${client}${workers === 0 ? '' : ` in ${plural(workers, 'worker')}`}, target ${target}`,
    ...(run.turns.length > 1 && { Turns: run.turns.map((arms) => arms.join(', ')).join('; ') }),
    ...(run.system !== 'fixed' && { System: run.system }),
    ...(run.quirks.length > 0 && { Quirks: run.quirks.join(', ') }),
    ...(run.faults.length > 0 && { Faults: run.faults.map(faultText).join('; ') }),
    'Commit check': run.commitCheck,
    Required: run.require,
    ...(run.thresholds.length > 0 && { Thresholds: run.thresholds.map(thresholdText).join('; ') }),
    Started: run.startedAt.replace('T', ' ').replace(/\.\d+Z$/, ' UTC'),
    Took: `${duration(run.durationMs)}${run.mode === 'sim' ? ' of virtual time' : ''}`,
    Machine: `${cpu}, ${cores} cores, ${(memoryMb / 1_024).toFixed(1)} GiB, ${platform}`,
    Load: loadAverage.map((load) => load.toFixed(2)).join(' '),
    Software: `Node ${node}, ${git}${ssh === null ? '' : `, ${ssh}`}`,
    Cryptography: nativeCrypto ? 'native' : 'JavaScript: latency is unproven',
    Run: run.runId,
  }
}

function faultText({ story, tookEffect }: Run['faults'][number]): string {
  return tookEffect ? story : `${story}, without effect`
}

function thresholdText({ expression, ok, actual }: Run['thresholds'][number]): string {
  const measured = actual === null ? 'not measured' : Number(actual.toFixed(2))
  return `${expression} ${ok ? 'holds' : 'is broken'} (${measured})`
}
