import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { exitCodes, type Mode } from '@keyrace/contracts'
import {
  plural,
  recordFiles,
  reportFiles,
  type WorldRecord,
  worldFiles,
  writeWorld,
} from '@keyrace/report'
import { type PlayedWorld, story } from '@keyrace/swarm'
import { SetupError } from '@keyrace/testbed'
import type { Deps } from '../deps.ts'
import { UsageError } from '../usage-error.ts'
import type { Replay } from './read-replay.ts'

type World = Extract<Replay, { kind: 'world' }>
type Event = WorldRecord['events'][number]

/** Plays a simulated world again, with every event written down; the exit code is 2 where something was broken. */
export async function replayWorld(
  { playWorld, process: { stdout } }: Pick<Deps, 'playWorld' | 'process'>,
  { plan, named }: World,
  {
    mode = 'sim',
    out = join('out', `replay-${plan.seed}`),
    json = false,
  }: { readonly mode?: Mode; readonly out?: string; readonly json?: boolean },
): Promise<number> {
  if (mode === 'real') throw new UsageError(noRealWorld)
  rejectForeign(out, named)
  const events: Event[] = []
  const played = await playWorld(plan, { onEvent: (t, label) => events.push({ t, label }) })
  const record = recordOf(played, events, `keyrace replay ${named}`)
  await writeWorld(out, record).catch((error) => {
    throw new SetupError(
      'out-folder',
      `cannot write to ${out} (${error.message}): choose another --out`,
    )
  })
  stdout.write(json ? `${JSON.stringify(record.replay, null, 2)}\n` : textOf(record.replay, out))
  return record.replay.exitCode
}

const noRealWorld =
  '--mode real plays scenarios only: a world of the swarm rests on virtual time, and on faults that no real system ' +
  'takes at a set moment; replay a plan.json of keyrace run, or leave out --mode'

/** An earlier replay is replaced; a run, or the plan of another world, is not. */
function rejectForeign(folder: string, named: string): void {
  const plan = join(folder, recordFiles.plan)
  const isOurs = existsSync(join(folder, worldFiles.replay)) || resolve(named) === resolve(plan)
  const foreign = isOurs ? [recordFiles.run] : [recordFiles.run, recordFiles.plan]
  const found = foreign.find((name) => existsSync(join(folder, name)))
  if (found === undefined) return
  const message = `${folder} holds a ${found} that would be lost: choose another --out`
  throw new SetupError('out-folder', message)
}

function recordOf(played: PlayedWorld, events: readonly Event[], replay: string): WorldRecord {
  const { plan, history, judgement, trace } = played
  const broken = judgement.findings.filter(({ violation }) => violation)
  const counted = [...Map.groupBy(broken, ({ invariant }) => invariant)]
  const fails = broken.length > 0
  return {
    ...{ plan, history, events },
    violations: broken.map(({ invariant, story, events }) => ({
      ...{ events, story },
      title: invariant,
      isBroken: true,
    })),
    replay: {
      kind: 'world',
      trace,
      verdict: fails ? 'fail' : 'pass',
      exitCode: fails ? exitCodes.broken : exitCodes.pass,
      violations: Object.fromEntries(counted.map(([name, found]) => [name, found.length])),
      story: story(played),
      replay,
    },
  }
}

function textOf(
  { trace, verdict, story, violations }: WorldRecord['replay'],
  folder: string,
): string {
  const counts = Object.entries(violations).map(([name, times]) => `${times} × ${name}`)
  return [
    // A plan is a file that somebody may have written: no control sequence of theirs reaches the terminal.
    ...story.map((line) => line.replace(/\p{Cc}/gu, '?')),
    '',
    [verdict.toUpperCase(), ...counts].join(', '),
    `trace ${trace.hash}, ${plural(trace.events, 'event')}`,
    join(folder, reportFiles.page),
    '',
  ].join('\n')
}
