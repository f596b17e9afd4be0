import type { Plan } from '@keyrace/contracts'
import { expect, test } from 'vitest'
import { deletionRace } from '../deletion-race.ts'
import { planOf } from '../testing/plan-of.ts'
import { replayCommand } from './replay.ts'

const { defaults } = deletionRace
const usual: Partial<Plan> = { ...defaults, mode: 'real' }
const replay = (changes: Partial<Plan>) =>
  replayCommand(planOf(deletionRace, { ...usual, ...changes }), defaults)

test('a plan that is as its scenario has it needs its seed and nothing else', () => {
  expect(replay({})).toBe('keyrace run deletion-race --seed 7')
})

const poll = { strategy: 'poll', knobs: { intervalMs: 500, timeoutMs: 900 } }
const set = '--set poll.intervalMs=500 --set poll.timeoutMs=900'
const optional = (strategy: string) => ({ strategy, knobs: {}, optional: true })
const open = { kind: 'open', arrivals: 'constant', ratePerSecond: 5 } as const
const closed = { kind: 'closed', clients: 4 } as const
const { latency } = defaults

test.each<[Partial<Plan>, string]>([
  [{ arms: [poll, poll] }, `--strategy poll,poll ${set}`],
  [{ arms: [optional('fingerprint'), optional('poll')] }, '--strategy all'],
  [{ arms: [optional('fingerprint'), optional('poll'), poll] }, `--strategy all,poll ${set}`],
  [{ replicas: 1, users: 2, keysPerUser: 3 }, '--replicas 1 --users 2 --keys 3'],
  [{ apps: 4, races: 5 }, '--apps 4 --races 5'],
  [{ commitCheck: 'full', require: 'fenced' }, '--commit-check full --require fenced'],
  [{ serviceTimesMs: [0.3, 10] }, '--service-time 0.3ms,10ms'],
  [{ latency: { ...latency, pairs: 0 } }, '--pairs 0'],
  [{ latency: { ...latency, load: closed } }, '--closed 4'],
  [{ latency: { ...latency, load: open } }, '--rate 5 --arrivals constant'],
  [
    { client: 'openssh', workers: 2, target: 'compose' },
    '--client openssh --workers 2 --target compose',
  ],
  [{ failOnWorse: true, thresholds: ['p(95)<250'] }, "--fail-on-worse --threshold 'p(95)<250'"],
  [{ mode: 'sim', latency: { ...latency, pairs: 1 } }, '--mode sim'],
])('%j is said', (changes, words) => {
  expect(replay(changes)).toBe(`keyrace run deletion-race --seed 7 ${words}`)
})
